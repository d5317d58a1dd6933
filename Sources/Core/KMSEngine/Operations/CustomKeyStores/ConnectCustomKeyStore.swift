package import KMSDomain

/// Tries to get in touch with what is behind a custom key store. The call succeeds when the attempt was made; what came of
/// it, the store's connection tells.
///
/// Nothing here speaks to proxies yet: every attempt comes to nothing, because the proxy can't be reached.
package struct ConnectCustomKeyStore: CustomKeyStoreChange {
  package let store: KeyStoreReference
  package init(_ store: KeyStoreReference) { self.store = store }

  package let operation = "ConnectCustomKeyStore"
  package let action = Action.connectCustomKeyStore

  package func change(
    _ record: CustomKeyStore, of stores: CustomKeyStores, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> StoreChange? {
    var changed = record
    try changed.apply(.connect)
    if changed.connection == .connecting { try changed.apply(.fail(.proxyNotReachable)) }
    return stores.replacement(of: record, by: changed, desk)
  }
}
