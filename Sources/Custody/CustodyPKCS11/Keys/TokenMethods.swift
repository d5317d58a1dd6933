import KMSDomain

// The domain's parameters in a token's words.

extension RSAEncryption {
  /// nil for what isn't done on tokens: other hashes than those of PKCS#11 2.40, labels.
  var onToken: Method? {
    switch self {
    case .pkcs1: return .plain(.rsaPKCS)
    case .raw: return .plain(.rsaX509)
    case .oaep(let hash, let mask, let label):
      guard label.isEmpty, let mechanism = Mechanism(hash), let generator = Mechanism(mask ?? hash) else {
        return nil
      }
      return .oaep(mechanism, mask: generator)
    }
  }
}

extension SignatureParameters {
  /// The mechanism, and what it signs: of PKCS#1 v1.5 the hash with its name (RFC 8017, 9.2), elsewhere the hash.
  /// - Throws: `unsupported`.
  func onToken(_ digest: [UInt8]) throws(DeviceFault) -> (Method, [UInt8]) {
    switch scheme {
    case .rsaPKCS1: return (.plain(.rsaPKCS), hash.map { $0.digestInfo(digest) } ?? digest)
    case .rsaPSS(let salt, let mask):
      guard case .bytes(let count) = salt, let hash, let mechanism = Mechanism(hash),
        let generator = Mechanism(mask ?? hash)
      else { throw .unsupported("a token has no RSASSA-PSS with that hash") }
      return (.pss(mechanism, mask: generator, salt: count), digest)
    case .ecdsa: return (.plain(.ecdsa), digest)
    case .dsa, .edDSA: throw .unsupported("signatures of that kind are not made on a token")
    }
  }
}

extension Mechanism {
  /// - Returns: nil for hashes that PKCS#11 2.40 hasn't, or that nothing is done with on tokens.
  init?(_ hash: HashFunction) {
    switch hash {
    case .sha1: self = .sha1
    case .sha224: self = .sha224
    case .sha256: self = .sha256
    case .sha384: self = .sha384
    case .sha512: self = .sha512
    case .md5, .ripemd160, .sha512_224, .sha512_256, .sha3_224, .sha3_256, .sha3_384, .sha3_512: return nil
    }
  }

  static func hmac(_ hash: HashFunction) -> Mechanism? {
    switch hash {
    case .sha1: .sha1HMAC
    case .sha224: .sha224HMAC
    case .sha256: .sha256HMAC
    case .sha384: .sha384HMAC
    case .sha512: .sha512HMAC
    case .md5, .ripemd160, .sha512_224, .sha512_256, .sha3_224, .sha3_256, .sha3_384, .sha3_512: nil
    }
  }
}

extension HashFunction {
  /// DigestInfo (RFC 8017, 9.2): the hash with the name of its function, DER.
  func digestInfo(_ digest: [UInt8]) -> [UInt8] {
    let name = identifier
    let algorithm: [UInt8] = [0x06, UInt8(name.count)] + name + [0x05, 0]
    let body =
      [0x30, UInt8(algorithm.count)] + algorithm + [0x04, UInt8(truncatingIfNeeded: digest.count)] + digest
    return [0x30, UInt8(truncatingIfNeeded: body.count)] + body
  }

  /// The object identifier's content. Most are numbered among the hashes of NIST's arc.
  private var identifier: [UInt8] {
    switch self {
    case .md5: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5]
    case .ripemd160: [0x2B, 0x24, 3, 2, 1]
    case .sha1: [0x2B, 0x0E, 3, 2, 0x1A]
    case .sha256: HashFunction.nist(1)
    case .sha384: HashFunction.nist(2)
    case .sha512: HashFunction.nist(3)
    case .sha224: HashFunction.nist(4)
    case .sha512_224: HashFunction.nist(5)
    case .sha512_256: HashFunction.nist(6)
    case .sha3_224: HashFunction.nist(7)
    case .sha3_256: HashFunction.nist(8)
    case .sha3_384: HashFunction.nist(9)
    case .sha3_512: HashFunction.nist(10)
    }
  }

  private static func nist(_ number: UInt8) -> [UInt8] { [0x60, 0x86, 0x48, 1, 101, 3, 4, 2, number] }
}
