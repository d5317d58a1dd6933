import KMSDomain
import KMSSecrets

/// What is derived from the store secret when custody starts: keys that outlive every root. Each purpose has a key of its
/// own, bound to the store but for those of backups. The labels are older than the difference between root and store secret.
struct StoreKeys: Sendable {
  static let secretLength = 32
  let records: MACKey
  let fingerprints: MACKey
  let checkpoints: Ed25519Key
  /// Not bound to the store: other stores with the same secret open what these seal.
  let backups: BackupKeys
  /// Over what is left of epochs that are gone.
  let remains: WrappingKey

  init(secret: borrowing SecretBytes, store: Bits128) throws(CryptoFailure) {
    let context = store.bytes
    records = try StoreKeys.records(secret, store: store)
    fingerprints = try MACKey(
      try Derivation.key(from: secret, label: "claviger/root/fingerprints", context: context))
    checkpoints = try Ed25519Key(
      seed: Derivation.key(from: secret, label: "claviger/root/audit-checkpoint-ed25519", context: context))
    backups = try BackupKeys(secret: secret)
    remains = WrappingKey(
      try Derivation.key(from: secret, label: "claviger/root/epoch-remains", context: context))
  }

  /// What vouches for records that decide security.
  static func records(_ secret: borrowing SecretBytes, store: Bits128) throws(CryptoFailure) -> MACKey {
    try MACKey(try Derivation.key(from: secret, label: "claviger/root/records", context: store.bytes))
  }

  /// What vouches for a seal file.
  static func sealFile(_ secret: borrowing SecretBytes, store: Bits128) throws(CryptoFailure) -> MACKey {
    try MACKey(try Derivation.key(from: secret, label: "claviger/store/seal-file", context: store.bytes))
  }
}

/// An AES-256 key for blobs, shared by reference: wiped when the last user lets go.
final class WrappingKey: Sendable {
  private let secret: SecretBytes

  init(_ secret: consuming SecretBytes) { self.secret = secret }

  func seal(_ text: borrowing SecretBytes, aad: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    try Blob.seal(text, key: secret, aad: aad)
  }

  func open(_ blob: [UInt8], aad: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    try Blob.open(blob, key: secret, aad: aad)
  }
}
