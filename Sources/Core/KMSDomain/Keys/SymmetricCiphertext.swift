/// The layout of what Encrypt returns; `docs/formats.md` has it in words, with vectors.
///
/// ```
/// 0       1 byte    format version: 2, or 1 in old ones
/// 1       16 bytes  id that names the material, `KeyRecord.materialKey`
/// 17      16 bytes  version id
/// 33      16 bytes  random nonce of the key derivation
/// 49      32 bytes  commitment to the derived key
/// 81      n bytes   AES-256-GCM ciphertext, as long as the plaintext
/// 81 + n  16 bytes  AES-256-GCM tag
/// ```
///
/// The two formats differ in what the one-time key is derived from, not in the layout.
package struct SymmetricCiphertext {
  /// Those that open. New ciphertexts are in the newest.
  package static let formatVersions: ClosedRange<UInt8> = 1...2
  package static let nonceOffset = 33
  package static let nonceLength = 16
  package static let commitmentOffset = 49
  package static let commitmentLength = 32
  package static let headerLength = 81
  package static let tagLength = 16
  package static let overhead = headerLength + tagLength

  /// Whose material and which version made it, as it claims: nothing is proved before it opens.
  package let key: KeyID
  package let version: VersionID

  /// - Throws: `KMSError.invalidCiphertext` when the bytes can't be a ciphertext of a known format.
  package init(_ bytes: Span<UInt8>) throws(KMSError) {
    guard bytes.count >= SymmetricCiphertext.overhead, SymmetricCiphertext.formatVersions.contains(bytes[0]),
      let key = Bits128(bytes, at: 1), let version = Bits128(bytes, at: 17)
    else { throw .invalidCiphertext }
    self.key = KeyID(key)
    self.version = VersionID(version)
  }
}
