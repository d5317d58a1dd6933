import KMSBytes
import KMSDomain
import KMSSecrets

/// A backup of an item as its owner keeps it; `docs/formats.md` has the layout. Everything but the version of the form and the salt is
/// sealed, under a key that is used for nothing else, and bound to what it is of.
enum BackupFormat {
  static let version: UInt8 = 1
  static let saltLength = 16
  static let headerLength = 1 + saltLength
  /// Ahead of the bytes of each material.
  private static let termsLength = 9

  static func seal(
    _ text: borrowing SecretBytes, of subject: BackupSubject, by keys: BackupKeys
  ) throws(CryptoFailure) -> SealedBackup {
    let salt = try RandomBytes.plain(saltLength)
    let header = [version] + salt
    let sealed = try AESGCM.seal(
      text, key: keys.key(for: salt), nonce: noNonce, aad: identity(of: subject, header))
    return SealedBackup(bytes: header + sealed, name: Hex.string(salt))
  }

  /// - Throws: `rejected` for whatever wasn't sealed so.
  static func open(
    _ backup: [UInt8], of subject: BackupSubject, by keys: BackupKeys
  ) throws(CryptoFailure) -> (name: String, text: Secret) {
    guard (headerLength + AESGCM.tagLength...ItemBackup.longest).contains(backup.count), backup[0] == version
    else { throw .rejected }
    let header = Array(backup[..<headerLength])
    let salt = Array(header[1...])
    let text = try AESGCM.open(
      backup[headerLength...], key: keys.key(for: salt), nonce: noNonce, aad: identity(of: subject, header))
    return (Hex.string(salt), Secret(text))
  }

  /// Each backup has a key of its own, so that the nonce needn't differ.
  private static let noNonce = [UInt8](repeating: 0, count: AESGCM.nonceLength)

  private static func identity(of subject: BackupSubject, _ header: [UInt8]) -> [UInt8] {
    Array("claviger/item-backup/1".utf8) + header + subject.canonicalBytes
  }

  /// What stands ahead of the materials, and ahead of each of them.
  static func front(_ contents: [UInt8], materials: Int) -> [UInt8] {
    BlobIdentity.bigEndian(UInt32(clamping: contents.count)) + contents
      + BlobIdentity.bigEndian(UInt32(clamping: materials))
  }

  static func front(_ terms: BackupTerms, length: Int) -> [UInt8] {
    [
      terms.spec.rawValue, UInt8(truncatingIfNeeded: terms.usages.rawValue >> 8),
      UInt8(truncatingIfNeeded: terms.usages.rawValue), terms.origin.rawValue, terms.exportable ? 1 : 0,
    ] + BlobIdentity.bigEndian(UInt32(clamping: length))
  }

  /// Where everything is in an opened backup.
  struct Parts {
    var contents: [UInt8] = []
    var terms: [BackupTerms] = []
    var materials: [Range<Int>] = []

    /// - Returns: nil for what this version of the form can't be.
    init?(_ bytes: Span<UInt8>) {
      var at = 0
      guard let length = Parts.length(bytes, &at), length <= bytes.count - at else { return nil }
      contents = (at..<at + length).map { bytes[$0] }
      at += length
      guard let count = Parts.length(bytes, &at), count <= ItemBackup.mostVersions else { return nil }
      for _ in 0..<count {
        guard bytes.count - at >= termsLength, let spec = KeySpec(rawValue: bytes[at]),
          let origin = KeyOrigin(rawValue: bytes[at + 3]), bytes[at + 4] <= 1
        else { return nil }
        let usages = KeyUsages(rawValue: UInt16(bytes[at + 1]) << 8 | UInt16(bytes[at + 2]))
        terms.append(
          BackupTerms(spec: spec, usages: usages, origin: origin, exportable: bytes[at + 4] == 1))
        at += 5
        guard let length = Parts.length(bytes, &at), length <= bytes.count - at else { return nil }
        materials.append(at..<at + length)
        at += length
      }
      guard at == bytes.count else { return nil }
    }

    private static func length(_ bytes: Span<UInt8>, _ at: inout Int) -> Int? {
      guard bytes.count - at >= 4 else { return nil }
      defer { at += 4 }
      return (at..<at + 4).reduce(0) { $0 << 8 | Int(bytes[$1]) }
    }
  }
}
