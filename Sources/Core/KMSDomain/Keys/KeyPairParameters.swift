/// How a key pair signs, when every detail is the caller's choice.
package struct SignatureParameters: Hashable, Sendable {
  package enum Scheme: Hashable, Sendable {
    /// RSASSA-PKCS1-v1_5. Without a hash, the input is padded as it is, with no word of what made it.
    case rsaPKCS1
    /// RSASSA-PSS; MGF1 with the same hash unless another is given.
    case rsaPSS(salt: Salt, mask: HashFunction?)
    /// DER; the leftmost bits of a hash that is longer than the curve's order. Without a hash, the input is the hash.
    case ecdsa
    /// The same over the group of the key.
    case dsa
    /// Ed25519 or Ed448 over the message itself: neither hash nor digest.
    case edDSA
  }

  /// Bytes of the salt of PSS.
  package enum Salt: Hashable, Sendable {
    /// As many as the hash has.
    case asHash
    case bytes(Int)
    /// As many as fit.
    case longest
    /// For verification: whatever the signature has.
    case any
  }

  package let scheme: Scheme
  /// nil where the scheme takes none, and where the input is to be signed as it is.
  package let hash: HashFunction?
  /// The input is hashed already.
  package let isDigest: Bool

  package init(_ scheme: Scheme, hash: HashFunction?, isDigest: Bool = false) {
    self.scheme = scheme
    self.hash = hash
    self.isDigest = isDigest
  }
}

/// How RSA encrypts.
package enum RSAEncryption: Hashable, Sendable {
  /// RSAES-PKCS1-v1_5.
  case pkcs1
  /// RSAES-OAEP; MGF1 with the same hash unless another is given.
  case oaep(HashFunction, mask: HashFunction?, label: [UInt8])
  /// The bare function: the input has as many bytes as the modulus, and is less.
  case raw
}

/// How a message authentication code is made.
package enum MACMethod: Hashable, Sendable {
  /// By any symmetric key.
  case hmac(HashFunction)
  /// NIST SP 800-38B, by AES or Triple DES.
  case cmac
  /// RFC 8439 section 2.5, by 32 bytes that serve one message only.
  case poly1305
}
