import KMSDomain

// The doors' fixed algorithms in the parameters that devices are asked with.

extension SigningAlgorithm {
  /// libcrypto's name of the hash; nil for what hashes in a way of its own.
  var hashName: String? {
    switch self {
    case .rsaPSSSHA256, .rsaPKCS1SHA256, .ecdsaSHA256: "SHA256"
    case .rsaPSSSHA384, .rsaPKCS1SHA384, .ecdsaSHA384: "SHA384"
    case .rsaPSSSHA512, .rsaPKCS1SHA512, .ecdsaSHA512: "SHA512"
    case .ed25519, .ed25519ph, .sm2DSA, .mlDSA: nil
    }
  }

  /// nil for what devices don't do.
  var elsewhere: SignatureParameters? {
    switch self {
    case .rsaPSSSHA256: SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha256)
    case .rsaPSSSHA384: SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha384)
    case .rsaPSSSHA512: SignatureParameters(.rsaPSS(salt: .asHash, mask: nil), hash: .sha512)
    case .rsaPKCS1SHA256: SignatureParameters(.rsaPKCS1, hash: .sha256)
    case .rsaPKCS1SHA384: SignatureParameters(.rsaPKCS1, hash: .sha384)
    case .rsaPKCS1SHA512: SignatureParameters(.rsaPKCS1, hash: .sha512)
    case .ecdsaSHA256: SignatureParameters(.ecdsa, hash: .sha256)
    case .ecdsaSHA384: SignatureParameters(.ecdsa, hash: .sha384)
    case .ecdsaSHA512: SignatureParameters(.ecdsa, hash: .sha512)
    case .ed25519, .ed25519ph, .sm2DSA, .mlDSA: nil
    }
  }
}

extension SignatureParameters {
  /// Whether so many bytes fit under a modulus of so many: of PKCS#1 v1.5 eleven are padding (RFC 8017, section 9.2). A hash always fits.
  func takes(_ count: Int, modulus: Int) -> Bool {
    scheme != .rsaPKCS1 || hash != nil || count <= modulus - 11
  }

  /// What the length of PSS's salt comes to under a modulus of so many bytes.
  func withSaltInBytes(modulus: Int) -> SignatureParameters {
    guard case .rsaPSS(let salt, let mask) = scheme, let hash else { return self }
    let count: Int
    switch salt {
    case .bytes, .any: return self
    case .asHash: count = hash.length
    case .longest: count = max(0, modulus - hash.length - 2)
    }
    return SignatureParameters(.rsaPSS(salt: .bytes(count), mask: mask), hash: hash, isDigest: isDigest)
  }
}

extension MACAlgorithm {
  var hashFunction: HashFunction {
    switch self {
    case .hmacSHA224: .sha224
    case .hmacSHA256: .sha256
    case .hmacSHA384: .sha384
    case .hmacSHA512: .sha512
    }
  }
}

extension EncryptionAlgorithm {
  /// - Throws: `KMSError.unsupportedAlgorithm` for what devices don't do.
  func elsewhere() throws(KMSError) -> RSAEncryption {
    switch self {
    case .rsaOAEPSHA1: .oaep(.sha1, mask: nil, label: [])
    case .rsaOAEPSHA256: .oaep(.sha256, mask: nil, label: [])
    case .sm2PKE: throw SoftwareLiveKey.notElsewhere
    }
  }
}

extension RSAEncryption {
  /// For callers.
  var name: String {
    switch self {
    case .pkcs1: "RSAES-PKCS1-v1_5"
    case .oaep(let hash, _, let label):
      "RSAES-OAEP with \(hash.standardName)" + (label.isEmpty ? "" : " and a label")
    case .raw: "RSA without padding"
    }
  }
}
