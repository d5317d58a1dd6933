import KMSDomain

/// RSA that needs permission.
enum InsecureRSA {
  /// RSAES-PKCS1-v1_5: whoever sees whether decryption failed can decrypt without the key, by asking often.
  static func pkcs1Encryption(_ permission: LegacyPermission) -> RSAPadding { .pkcs1 }
  static func raw(_ permission: LegacyPermission) -> RSAPadding { .none }
  /// PKCS#1 v1.5 around bytes of which nobody says what made them.
  static func signingUnhashed(_ permission: LegacyPermission) -> HashSigning {
    HashSigning(padding: .pkcs1, hash: nil)
  }
}
