package import KMSDomain

/// Changes what is known of a custom key store. Its name, path and credential may change beside a connection, the rest only
/// without one.
package struct UpdateCustomKeyStore: CustomKeyStoreChange {
  package let store: KeyStoreReference
  package let name: String?
  package let address: ProxyAddressChange
  package let credential: NewProxyCredential?
  /// Something was said that only a store on a hardware cluster has.
  package let describesCluster: Bool
  private let wrapped = OnFirstAttempt<ProxyCredential>()

  package init(
    _ store: KeyStoreReference, name: String?, address: ProxyAddressChange, credential: NewProxyCredential?,
    describesCluster: Bool
  ) {
    self.store = store
    self.name = name
    self.address = address
    self.credential = credential
    self.describesCluster = describesCluster
  }

  package let operation = "UpdateCustomKeyStore"
  package let action = Action.updateCustomKeyStore
  package var details: [AuditRecord.Detail] {
    let name = name.map { [AuditRecord.Detail(name: "newName", value: $0)] } ?? []
    let credential =
      credential == nil ? [] : [AuditRecord.Detail(name: "credential", value: "replaced")]
    return name + address.details + credential
  }

  package func change(
    _ record: CustomKeyStore, of stores: CustomKeyStores, _ permit: borrowing Permit, _ desk: Desk
  ) throws(KMSError) -> StoreChange? {
    guard !describesCluster else { throw .customKeyStore(.takesNoCluster) }
    let next = try record.proxy.address.changed(address, by: record.home.account)
    try record.require(address.isHarmlessToConnection ? .settled : .disconnected)
    var changed = record
    if let name {
      try stores.requireFree(name, for: record.id)
      changed.name = name
    }
    if next != record.proxy.address {
      try stores.requireFree(next, for: record.id)
      changed.proxy.address = next
    }
    if let credential {
      changed.proxy.credential = try wrapped.value { () throws(KMSError) in
        try desk.custody.wrap(credential, for: record.id, permit: permit)
      }
    }
    return stores.replacement(of: record, by: changed, desk)
  }
}

extension ProxyAddressChange {
  /// For the audit record.
  fileprivate var details: [AuditRecord.Detail] {
    let service: String? =
      switch service {
      case .keep: nil
      case .remove: ""
      case .set(let name): name
      }
    let parts = [
      ("endpoint", endpoint), ("path", path), ("connectivity", connectivity.map { "\($0)" }),
      ("service", service), ("serviceOwner", serviceOwner?.text),
    ]
    return parts.compactMap { name, value in value.map { AuditRecord.Detail(name: name, value: $0) } }
  }
}
