package import KMSDomain

/// The accounts of the server, by their roots.
package struct ListAccounts: Operation {
  private let marker: String?
  private let limit: Int

  /// - Parameter marker: the account after which to go on.
  package init(after marker: String?, limit: Int) {
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListAccounts"
  package var asked: Asked { Asked(.listAccounts, named: "server") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<IdentityRecord> {
    let found = try await desk.store.identities(.root, of: nil, under: "/", after: marker, limit: limit + 1)
    var roots: [IdentityRecord] = []
    for stored in found { roots.append(try desk.unseal(stored, .principal)) }
    return Page(reading: roots, limit: limit) { $0.account.text }
  }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Page<IdentityRecord>, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.listAccounts, on: .server, named: "server") }

  package func perform(
    _ prepared: Page<IdentityRecord>, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Page<IdentityRecord>> {
    try permits.first.check(.listAccounts, key: nil, version: nil)
    return Performed(prepared)
  }
}
