package import KMSDomain

/// Describes a place for key material outside of this server. Nothing is asked of that place: whether it answers, connecting
/// will show.
package struct CreateCustomKeyStore: Operation {
  package enum Backing: Sendable {
    /// A hardware cluster by its id. None is within this server's reach.
    case cluster(String)
    case proxy(ProxyAddress, NewProxyCredential)
  }

  package let keyring: Keyring
  package let name: String
  package let backing: Backing
  private let id = OnFirstAttempt<KeyStoreID>()
  private let credential = OnFirstAttempt<ProxyCredential>()

  package init(_ name: String, in keyring: Keyring, backing: Backing) {
    self.name = name
    self.keyring = keyring
    self.backing = backing
  }

  package struct Prepared: Sendable {
    let stores: CustomKeyStores
    let id: KeyStoreID
  }

  package let operation = "CreateCustomKeyStore"
  package var asked: Asked { Asked(.createCustomKeyStore, named: name) }
  package var details: [AuditRecord.Detail] {
    switch backing {
    case .cluster(let id): [AuditRecord.Detail(name: "cluster", value: id)]
    case .proxy(let address, _): address.details
    }
  }
  package func details(_ prepared: Prepared) -> [AuditRecord.Detail] {
    switch backing {
    case .cluster: details
    case .proxy: [AuditRecord.Detail(name: "id", value: prepared.id.text)] + details
    }
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(
      stores: try await desk.customKeyStores(in: keyring),
      id: try id.value { () throws(KMSError) in KeyStoreID(desk.randomness.bits128()) })
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.createCustomKeyStore, on: .account(keyring.account), named: name) }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyStoreID> {
    try permits.first.check(.createCustomKeyStore, key: nil, version: nil)
    let (stores, id) = (prepared.stores, prepared.id)
    guard stores.records.count < CustomKeyStore.mostOfKeyring else { throw .customKeyStore(.tooMany) }
    try stores.requireFree(name, for: id)
    switch backing {
    case .cluster(let cluster): throw .customKeyStore(.clusterNotFound(cluster))
    case .proxy(let address, let given):
      try stores.requireFree(address, for: id)
      let credential = try credential.value { () throws(KMSError) in
        try desk.custody.wrap(given, for: id, permit: permits.first)
      }
      let record = CustomKeyStore(
        id: id, home: keyring, createdAt: desk.clock.now(), name: name, connection: .disconnected,
        proxy: ExternalProxy(address: address, credential: credential), generation: 1)
      return Performed(id, change: .addCustomKeyStore(desk.seal(record), seen: stores.seen))
    }
  }
}

extension ProxyAddress {
  /// For the audit record.
  fileprivate var details: [AuditRecord.Detail] {
    let place = [
      AuditRecord.Detail(name: "endpoint", value: endpoint), AuditRecord.Detail(name: "path", value: path),
      AuditRecord.Detail(name: "connectivity", value: "\(connectivity.kind)"),
    ]
    switch connectivity {
    case .publicEndpoint: return place
    case .endpointService(let name, let owner):
      return place + [
        AuditRecord.Detail(name: "service", value: name),
        AuditRecord.Detail(name: "serviceOwner", value: owner.text),
      ]
    }
  }
}
