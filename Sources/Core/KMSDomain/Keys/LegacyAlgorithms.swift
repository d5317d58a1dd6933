/// Algorithms that protect too little today, and that old data and devices still need. None works unless the operator has
/// permitted it by name.
package struct LegacyAlgorithms: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let none: LegacyAlgorithms = []
  /// Triple DES in every mode: its blocks are too short for much data.
  package static let tripleDES = LegacyAlgorithms(rawValue: 1 << 0)
  /// ECB shows which blocks are alike.
  package static let electronicCodebook = LegacyAlgorithms(rawValue: 1 << 1)
  /// Signatures over SHA-1, made or verified.
  package static let sha1Signatures = LegacyAlgorithms(rawValue: 1 << 2)
  /// MD5 and RIPEMD-160, whatever for.
  package static let oldHashes = LegacyAlgorithms(rawValue: 1 << 3)
  /// RSAES-PKCS1-v1_5.
  package static let rsaPKCS1Encryption = LegacyAlgorithms(rawValue: 1 << 4)
  /// RSA without padding, and signatures over input that nobody says the hash of.
  package static let rawRSA = LegacyAlgorithms(rawValue: 1 << 5)
  package static let dsa = LegacyAlgorithms(rawValue: 1 << 6)
  /// RSA below 2048 bits, P-192, Diffie-Hellman and DSA groups below 2048 bits.
  package static let shortKeys = LegacyAlgorithms(rawValue: 1 << 7)
  package static let oneTimePad = LegacyAlgorithms(rawValue: 1 << 8)
  /// Its blocks are as short as those of Triple DES.
  package static let blowfish = LegacyAlgorithms(rawValue: 1 << 9)

  package static let all: LegacyAlgorithms = [
    .tripleDES, .electronicCodebook, .sha1Signatures, .oldHashes, .rsaPKCS1Encryption, .rawRSA, .dsa,
    .shortKeys, .oneTimePad, .blowfish,
  ]
}

extension LegacyAlgorithms {
  /// What files call each.
  package static let names: [(name: String, algorithm: LegacyAlgorithms)] = [
    ("triple-des", .tripleDES), ("ecb", .electronicCodebook), ("sha1-signatures", .sha1Signatures),
    ("old-hashes", .oldHashes), ("rsa-pkcs1-encryption", .rsaPKCS1Encryption), ("raw-rsa", .rawRSA),
    ("dsa", .dsa), ("short-keys", .shortKeys), ("one-time-pad", .oneTimePad), ("blowfish", .blowfish),
  ]

  package init?(named name: String) {
    guard let found = LegacyAlgorithms.names.first(where: { $0.name == name }) else { return nil }
    self = found.algorithm
  }
}

extension KeySpec {
  /// What must be permitted before such a key is made or used for anything but keeping it.
  package var legacy: LegacyAlgorithms {
    switch self {
    case .tripleDES112, .tripleDES168: .tripleDES
    case .blowfish: .blowfish
    case .rsa1024, .rsa1536, .p192: .shortKeys
    case .dsa: .dsa
    case .aes128, .aes192, .aes256, .chaCha20, .hmac224, .hmac256, .hmac384, .hmac512, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes:
      .none
    case .rsa2048, .rsa3072, .rsa4096, .rsa8192, .p224, .p256, .p384, .p521, .secp256k1, .sm2, .x25519, .x448,
      .ed25519, .ed448, .dh, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      .none
    }
  }
}
