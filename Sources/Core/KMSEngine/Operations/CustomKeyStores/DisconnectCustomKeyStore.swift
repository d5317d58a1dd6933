package import KMSDomain

/// Gives up the connection of a custom key store, also one that came to nothing.
package struct DisconnectCustomKeyStore: CustomKeyStoreChange {
  package let store: KeyStoreReference
  package init(_ store: KeyStoreReference) { self.store = store }

  package let operation = "DisconnectCustomKeyStore"
  package let action = Action.disconnectCustomKeyStore

  package func change(
    _ record: CustomKeyStore, of stores: CustomKeyStores, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> StoreChange? {
    var changed = record
    try changed.apply(.disconnect)
    // No connection holds anything yet that would take time to let go.
    try changed.apply(.release)
    return stores.replacement(of: record, by: changed, desk)
  }
}
