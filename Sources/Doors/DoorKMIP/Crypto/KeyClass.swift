import KMSDomain

/// Kinds of keys as far as it matters for what can be done with them.
enum KeyClass: Hashable, Sendable {
  /// AES, Triple DES and Blowfish.
  case blockCipher
  case chaCha20
  /// Made for HMAC with this hash.
  case hmac(HashFunction)
  case bytes
  case rsa
  /// A curve for ECDSA.
  case ecdsa
  case edDSA
  case dsa
  /// What is used without parameters, or only for agreement.
  case other
}

extension KeySpec {
  var keyClass: KeyClass {
    switch self {
    case .aes128, .aes192, .aes256, .tripleDES112, .tripleDES168, .blowfish: .blockCipher
    case .chaCha20: .chaCha20
    case .hmacSHA1: .hmac(.sha1)
    case .hmac224, .hmacSHA224: .hmac(.sha224)
    case .hmac256, .hmacSHA256: .hmac(.sha256)
    case .hmac384, .hmacSHA384: .hmac(.sha384)
    case .hmac512, .hmacSHA512: .hmac(.sha512)
    case .bytes: .bytes
    case .rsa1024, .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192: .rsa
    case .p192, .p224, .p256, .p384, .p521, .secp256k1: .ecdsa
    case .ed25519, .ed448: .edDSA
    case .dsa: .dsa
    case .sm2, .x25519, .x448, .dh, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024: .other
    }
  }
}
