import KMSDomain
import WireKMIP

extension CryptographicParameters {
  /// How an RSA key encrypts.
  ///
  /// The mask's hash is the label's unless the parameters say otherwise. That isn't the specification's own default, SHA-1, but what
  /// clients mean: none of them could mix two hashes by saying nothing.
  func rsaEncryption(with key: UsedKey) throws(KMIPFault) -> RSAEncryption {
    guard key.spec.keyClass == .rsa else { throw .unsupportedParameters("Such a key doesn't encrypt.") }
    switch padding {
    case .oaep:
      return .oaep(try hash.function() ?? .sha1, mask: try maskHash.function(), label: label ?? [])
    case .pkcs1V1_5: return .pkcs1
    case .noPadding: return .raw
    case nil: throw .badParameters("A padding method is missing.")
    case .pkcs5, .ssl3, .zeros, .ansiX9_23, .iso10126, .x9_31, .pss:
      throw .unsupportedParameters("The padding method isn't supported for encryption by RSA.")
    }
  }

  /// How a key pair signs or verifies. What the parameters say of another algorithm than the key's doesn't matter: the key decides.
  /// - Parameter isDigest: the input is hashed already; without a hash it is then signed as it is.
  func signature(
    with key: UsedKey, isDigest: Bool, verifying: Bool
  ) throws(KMIPFault) -> SignatureParameters {
    let scheme: SignatureParameters.Scheme
    switch key.spec.keyClass {
    case .rsa: scheme = try rsaScheme(verifying: verifying)
    case .ecdsa: scheme = .ecdsa
    case .dsa: scheme = .dsa
    case .edDSA:
      guard !isDigest else { throw .unsupportedParameters("EdDSA signs messages, not their hashes.") }
      return SignatureParameters(.edDSA, hash: nil)
    case .blockCipher, .chaCha20, .hmac, .bytes, .other:
      throw .unsupportedParameters("Such a key doesn't sign.")
    }
    let hash = try signatureHash(isDigest: isDigest)
    return SignatureParameters(scheme, hash: hash, isDigest: isDigest && hash != nil)
  }

  /// The usual one where nobody named any; none of a digest, whose length needn't fit it.
  private func signatureHash(isDigest: Bool) throws(KMIPFault) -> HashFunction? {
    if let hash { return try HashFunction(hash) }
    if let signature, let named = try signature.hash() { return named }
    return isDigest ? nil : .sha256
  }

  private func rsaScheme(verifying: Bool) throws(KMIPFault) -> SignatureParameters.Scheme {
    if padding == nil, signature == .rsassaPSS { return try pss(verifying: verifying) }
    switch padding {
    case nil, .pkcs1V1_5: return .rsaPKCS1
    case .pss: return try pss(verifying: verifying)
    case .noPadding, .oaep, .pkcs5, .ssl3, .zeros, .ansiX9_23, .iso10126, .x9_31:
      throw .unsupportedParameters("The padding method isn't supported for signatures.")
    }
  }

  /// A signature says itself how long its salt is: whoever verifies needn't know.
  private func pss(verifying: Bool) throws(KMIPFault) -> SignatureParameters.Scheme {
    let salt = saltLength.map(SignatureParameters.Salt.bytes) ?? (verifying ? .any : .asHash)
    return .rsaPSS(salt: salt, mask: try maskHash.function())
  }
}

extension KMIP.HashingAlgorithm? {
  fileprivate func function() throws(KMIPFault) -> HashFunction? {
    guard let self else { return nil }
    return try HashFunction(self)
  }
}

extension KMIP.DigitalSignatureAlgorithm {
  /// - Returns: nil for the one that doesn't say.
  fileprivate func hash() throws(KMIPFault) -> HashFunction? {
    switch self {
    case .md5WithRSAEncryption: return .md5
    case .sha1WithRSAEncryption, .dsaWithSHA1, .ecdsaWithSHA1: return .sha1
    case .sha224WithRSAEncryption, .dsaWithSHA224, .ecdsaWithSHA224: return .sha224
    case .sha256WithRSAEncryption, .dsaWithSHA256, .ecdsaWithSHA256: return .sha256
    case .sha384WithRSAEncryption, .ecdsaWithSHA384: return .sha384
    case .sha512WithRSAEncryption, .ecdsaWithSHA512: return .sha512
    case .sha3_256WithRSAEncryption: return .sha3_256
    case .sha3_384WithRSAEncryption: return .sha3_384
    case .sha3_512WithRSAEncryption: return .sha3_512
    case .rsassaPSS: return nil
    case .md2WithRSAEncryption: throw .unsupportedParameters("The hash function isn't supported.")
    }
  }
}
