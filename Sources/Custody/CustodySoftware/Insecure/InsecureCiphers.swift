import KMSDomain
import KMSSecrets

/// Symmetric ciphers that need permission.
enum InsecureCiphers {
  /// Triple DES in libcrypto's words; nil for modes that it hasn't.
  static func tripleDES(
    _ mode: CipherParameters.Mode, keyLength: Int, _ permission: LegacyPermission
  ) -> String? {
    let key = keyLength == 16 ? "DES-EDE" : "DES-EDE3"
    return switch mode {
    case .ecb: key + "-ECB"
    case .cbc: key + "-CBC"
    case .cfb: key + "-CFB"
    case .cfb8: keyLength == 16 ? nil : key + "-CFB8"
    case .ofb: key + "-OFB"
    case .ctr, .gcm, .ccm, .xts, .keyWrap, .keyWrapPadded, .chaCha20, .chaCha20Poly1305, .oneTimePad: nil
    }
  }

  /// Blowfish in libcrypto's words, which keeps it apart; nil for modes that it hasn't, and for keys that are none.
  static func blowfish(
    _ mode: CipherParameters.Mode, keyLength: Int, _ permission: LegacyPermission
  ) -> CipherName? {
    guard (4...56).contains(keyLength) else { return nil }
    return switch mode {
    case .ecb: CipherName("BF-ECB", isLegacy: true)
    case .cbc: CipherName("BF-CBC", isLegacy: true)
    case .cfb: CipherName("BF-CFB", isLegacy: true)
    case .ofb: CipherName("BF-OFB", isLegacy: true)
    case .cfb8, .ctr, .gcm, .ccm, .xts, .keyWrap, .keyWrapPadded, .chaCha20, .chaCha20Poly1305, .oneTimePad:
      nil
    }
  }

  /// AES without chaining.
  static func aesECB(keyLength: Int, _ permission: LegacyPermission) -> String { "AES-\(keyLength * 8)-ECB" }

  /// The exclusive or of text and key, which encrypts and decrypts.
  /// - Throws: `KMSError.cryptography(.dataLength)` when the key is shorter.
  static func oneTimePad(
    _ text: borrowing SecretBytes, key: Span<UInt8>, _ permission: LegacyPermission
  ) throws(KMSError) -> SecretBytes {
    guard text.count <= key.count else { throw .cryptography(.dataLength) }
    return SecretBytes(count: text.count) { (room: inout MutableSpan<UInt8>) in
      text.withBytes { bytes in
        for index in bytes.indices { room[index] = bytes[index] ^ key[index] }
      }
    }
  }
}
