import KMSDomain
import KMSSecrets

/// What is derived from the root key when custody starts. The root key itself isn't kept: each purpose has a
/// key of its own, bound to the store.
struct RootKeys: Sendable {
  static let rootLength = 32
  let epochs: WrappingKey
  let records: MACKey
  let fingerprints: MACKey
  let checkpoints: Ed25519Key
  /// Over what is left of epochs that are gone.
  let remains: WrappingKey

  init(root: borrowing SecretBytes, store: Bits128) throws(CryptoFailure) {
    let context = store.bytes
    epochs = WrappingKey(try Derivation.key(from: root, label: "claviger/root/epochs", context: context))
    remains = WrappingKey(
      try Derivation.key(from: root, label: "claviger/root/epoch-remains", context: context))
    records = try MACKey(try Derivation.key(from: root, label: "claviger/root/records", context: context))
    fingerprints = try MACKey(
      try Derivation.key(from: root, label: "claviger/root/fingerprints", context: context))
    checkpoints = try Ed25519Key(
      seed: Derivation.key(from: root, label: "claviger/root/audit-checkpoint-ed25519", context: context))
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
