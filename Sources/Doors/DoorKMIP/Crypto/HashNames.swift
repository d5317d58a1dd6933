import KMSDomain
import WireKMIP

extension HashFunction {
  /// - Throws: `unsupportedCryptographicParameters` for those that nothing here computes.
  init(_ name: KMIP.HashingAlgorithm) throws(KMIPFault) {
    switch name {
    case .md5: self = .md5
    case .sha1: self = .sha1
    case .sha224: self = .sha224
    case .sha256: self = .sha256
    case .sha384: self = .sha384
    case .sha512: self = .sha512
    case .ripemd160: self = .ripemd160
    case .sha512_224: self = .sha512_224
    case .sha512_256: self = .sha512_256
    case .sha3_224: self = .sha3_224
    case .sha3_256: self = .sha3_256
    case .sha3_384: self = .sha3_384
    case .sha3_512: self = .sha3_512
    case .md2, .md4, .tiger, .whirlpool: throw .unsupportedParameters("The hash function isn't supported.")
    }
  }

  /// Of an algorithm that is named as a key's.
  /// - Returns: nil for what isn't HMAC.
  init?(hmac name: KMIP.CryptographicAlgorithm) {
    guard let hash = HashFunction.ofHMAC[name] else { return nil }
    self = hash
  }

  private static let ofHMAC: [KMIP.CryptographicAlgorithm: HashFunction] = [
    .hmacMD5: .md5, .hmacSHA1: .sha1, .hmacSHA224: .sha224, .hmacSHA256: .sha256, .hmacSHA384: .sha384,
    .hmacSHA512: .sha512, .hmacSHA3_224: .sha3_224, .hmacSHA3_256: .sha3_256, .hmacSHA3_384: .sha3_384,
    .hmacSHA3_512: .sha3_512,
  ]
}

extension CryptographicParameters {
  /// - Throws: `badCryptographicParameters` where none is named.
  func hashFunction() throws(KMIPFault) -> HashFunction {
    guard let hash else { throw .badParameters("A hashing algorithm is missing.") }
    return try HashFunction(hash)
  }
}
