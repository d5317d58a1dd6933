import KMSDomain
import KMSSecrets

/// How custody stores a secret: format version, nonce, AES-256-GCM ciphertext, tag. `docs/formats.md` has the
/// layout.
///
/// What the secret is, and whose, is in the associated data: a blob moved to another row doesn't open.
enum Blob {
  static let formatVersion: UInt8 = 1
  static let overhead = 1 + AESGCM.nonceLength + AESGCM.tagLength

  static func seal(
    _ secret: borrowing SecretBytes, key: borrowing SecretBytes, aad: [UInt8]
  ) throws(CryptoFailure) -> [UInt8] {
    let nonce = try RandomBytes.plain(AESGCM.nonceLength)
    return try [formatVersion] + nonce + AESGCM.seal(secret, key: key, nonce: nonce, aad: aad)
  }

  /// - Throws: `rejected` for everything that wasn't sealed with this key and associated data.
  static func open(
    _ blob: [UInt8], key: borrowing SecretBytes, aad: [UInt8]
  ) throws(CryptoFailure) -> SecretBytes {
    guard blob.count >= overhead, blob[0] == formatVersion else { throw .rejected }
    let nonce = Array(blob[1..<(1 + AESGCM.nonceLength)])
    return try AESGCM.open(blob[(1 + AESGCM.nonceLength)...], key: key, nonce: nonce, aad: aad)
  }
}

/// The associated data of what custody stores: a tag of the kind, the store, then what the secret belongs to.
enum BlobIdentity {
  static func epoch(_ id: EpochID, in store: Bits128) -> [UInt8] {
    Array("claviger/epoch/1".utf8) + store.bytes + bigEndian(id.number)
  }

  /// What is left of an epoch.
  static func remains(of id: EpochID, in store: Bits128) -> [UInt8] {
    Array("claviger/epoch-remains/1".utf8) + store.bytes + bigEndian(id.number)
  }

  static func version(_ identity: VersionIdentity, in store: Bits128) -> [UInt8] {
    Array("claviger/key/1".utf8) + store.bytes + identity.canonicalBytes
  }

  static func tokenKey(_ id: GUID, in store: Bits128) -> [UInt8] {
    Array("claviger/token-key/1".utf8) + store.bytes + id.bits.bytes
  }

  static func credential(_ accessKey: String, owner: IdentityID, in store: Bits128) -> [UInt8] {
    Array("claviger/credential/1".utf8) + store.bytes + prefixed([accessKey, owner.text])
  }

  static func proxyCredential(_ accessKey: String, of keyStore: KeyStoreID, in store: Bits128) -> [UInt8] {
    Array("claviger/proxy-credential/1".utf8) + store.bytes + prefixed([accessKey, keyStore.text])
  }

  /// Lengths stand before the texts, so that no two lists share their bytes.
  private static func prefixed(_ texts: [String]) -> [UInt8] {
    texts.flatMap { bigEndian(UInt32(clamping: $0.utf8.count)) + Array($0.utf8) }
  }

  static func bigEndian(_ number: UInt32) -> [UInt8] {
    stride(from: UInt32(24), through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }

  static func bigEndian(_ number: UInt64) -> [UInt8] {
    stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
