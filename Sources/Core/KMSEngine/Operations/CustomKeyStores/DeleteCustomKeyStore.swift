package import KMSDomain

/// Forgets a custom key store, without a trace but in the audit log. What is behind it stays as it is.
package struct DeleteCustomKeyStore: CustomKeyStoreChange {
  package let store: KeyStoreReference
  package init(_ store: KeyStoreReference) { self.store = store }

  package let operation = "DeleteCustomKeyStore"
  package let action = Action.deleteCustomKeyStore

  package func change(
    _ record: CustomKeyStore, of stores: CustomKeyStores, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> StoreChange? {
    try record.require(.disconnected)
    return .removeCustomKeyStore(record.id, in: record.home, seen: stores.seen)
  }
}
