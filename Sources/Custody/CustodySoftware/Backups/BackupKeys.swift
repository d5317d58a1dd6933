import KMSSecrets

/// Derives the keys of backups from the root key's, one for each. They are the same in every store that has the root key.
final class BackupKeys: Sendable {
  private let secret: SecretBytes

  init(root: borrowing SecretBytes) throws(CryptoFailure) {
    secret = try Derivation.key(from: root, label: "claviger/root/item-backups", context: [])
  }

  func key(for salt: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    try Derivation.key(from: secret, label: "claviger/item-backup", context: salt)
  }
}
