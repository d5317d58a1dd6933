import KMSDomain
import KMSSecrets

/// Sealing by a secret of any kind: scrypt over the secret and a salt, then AES-256-GCM over the root key
/// with everything else that is stored as associated data.
enum ScryptSealing {
  static func seal(
    _ root: borrowing SecretBytes, by secret: borrowing SecretBytes, kind: SealKind, cost: ScryptCost,
    for store: Bits128
  ) throws(SealError) -> SealedRoot {
    do throws(CryptoFailure) {
      let salt = try RandomBytes.plain(SealedRoot.saltLength)
      let nonce = try RandomBytes.plain(SealedRoot.nonceLength)
      let key = try Derivation.scrypt(secret, salt: salt, cost: cost)
      let header = SealedRoot.header(kind: kind, store: store, cost: cost, salt: salt)
      let sealed = try AESGCM.seal(root, key: key, nonce: nonce, aad: header)
      return SealedRoot(kind: kind, store: store, cost: cost, salt: salt, nonce: nonce, sealed: sealed)
    } catch {
      throw .cryptoUnavailable
    }
  }

  /// What can be known without the secret, so that a mistake is named before half a second is spent on it.
  static func check(_ sealed: SealedRoot, kind: SealKind, for store: Bits128) throws(SealError) {
    guard sealed.kind == kind else { throw .otherKind(sealed: sealed.kind, given: kind) }
    guard sealed.store == store else { throw .otherStore }
  }

  static func unseal(_ sealed: SealedRoot, by secret: borrowing SecretBytes) throws(SealError) -> SecretBytes
  {
    do throws(CryptoFailure) {
      let key = try Derivation.scrypt(secret, salt: sealed.salt, cost: sealed.cost)
      let header = SealedRoot.header(
        kind: sealed.kind, store: sealed.store, cost: sealed.cost, salt: sealed.salt)
      return try AESGCM.open(sealed.sealed[...], key: key, nonce: sealed.nonce, aad: header)
    } catch {
      throw error == .rejected ? .doesNotOpen(sealed.kind) : .cryptoUnavailable
    }
  }
}
