import KMSSecrets

/// Derives the keys of backups from the store secret, one for each. They are the same in every store that has the secret.
final class BackupKeys: Sendable {
  private let secret: SecretBytes

  init(secret store: borrowing SecretBytes) throws(CryptoFailure) {
    secret = try Derivation.key(from: store, label: "claviger/root/item-backups", context: [])
  }

  func key(for salt: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    try Derivation.key(from: secret, label: "claviger/item-backup", context: salt)
  }
}
