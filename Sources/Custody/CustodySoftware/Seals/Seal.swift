package import KMSDomain
package import KMSSecrets

/// What stands between the sealed root key, which may lie around, and the root key.
///
/// A new way of sealing is a new file in this folder. Both methods may take half a second and much memory.
package protocol Seal: Sendable {
  /// - Throws: `SealError`.
  func seal(_ root: borrowing SecretBytes, for store: Bits128) throws(SealError) -> SealedRoot
  /// - Throws: `SealError`; never a key that wasn't sealed for this store.
  func unseal(_ sealed: SealedRoot, for store: Bits128) throws(SealError) -> SecretBytes
}
