/// Keeps what proves this server to external key managers; part of `KeyCustody`.
package protocol KeyStoreCustody: Sendable {
  /// Takes the secret of a proxy's credential and returns it for the store, bound to the key store and the access key.
  /// Permit: `createCustomKeyStore` or `updateCustomKeyStore`, no key.
  /// - Throws: `KMSError.custodyUnavailable`, also for a payload that was read before; `permitMismatch`, and then the
  ///   payload is untouched.
  func wrap(
    _ credential: NewProxyCredential, for keyStore: KeyStoreID, permit: borrowing Permit
  ) throws(KMSError) -> ProxyCredential
}
