package import KMSDomain

/// An operation that changes one custom key store. Its one right is asked before anything is read.
package protocol CustomKeyStoreChange: Operation where Prepared == CustomKeyStores, Answer == Void {
  var action: Action { get }
  var store: KeyStoreReference { get }
  /// What must become of the store; nil when nothing has to. The right is there.
  func change(
    _ record: CustomKeyStore, of stores: CustomKeyStores, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> StoreChange?
}

extension CustomKeyStoreChange {
  package var asked: Asked { Asked(action, named: store.asWritten) }
  package func details(_ prepared: CustomKeyStores) -> [AuditRecord.Detail] {
    details + (prepared.find(store).map { [AuditRecord.Detail(name: "store", value: $0.name)] } ?? [])
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> CustomKeyStores {
    try await desk.customKeyStores(in: store.keyring)
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: CustomKeyStores, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(action, on: .account(store.keyring.account), named: store.asWritten) }

  package func perform(
    _ prepared: CustomKeyStores, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(action, key: nil, version: nil)
    let record = try prepared.store(store)
    return Performed((), change: try change(record, of: prepared, permits.first, desk))
  }
}

extension CustomKeyStores {
  /// The change to a record one generation on; nil when it is as it was.
  func replacement(
    of record: CustomKeyStore, by changed: CustomKeyStore, _ desk: Desk
  ) -> StoreChange? {
    guard changed != record else { return nil }
    var next = changed
    next.generation &+= 1
    return .updateCustomKeyStore(desk.seal(next), seen: seen)
  }
}
