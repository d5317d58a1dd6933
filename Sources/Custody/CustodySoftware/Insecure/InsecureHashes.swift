import KMSDomain

/// Hashes that need permission, in libcrypto's words.
enum InsecureHashes {
  static func md5(_ permission: LegacyPermission) -> String { "MD5" }
  static func ripemd160(_ permission: LegacyPermission) -> String { "RIPEMD160" }
  /// For signatures: as a part of HMAC, and for itself, SHA-1 is no such thing.
  static func sha1ForSignatures(_ permission: LegacyPermission) -> String { "SHA1" }
}
