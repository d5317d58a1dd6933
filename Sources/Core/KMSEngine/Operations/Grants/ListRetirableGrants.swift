package import KMSDomain

/// The grants that name a principal of the caller's account as the one that may give them up, on whosesoever keys.
package struct ListRetirableGrants: AccountQuery {
  package typealias Answer = Page<Entry>

  /// A grant with what policies call its key.
  package struct Entry: Sendable {
    package let grant: GrantRecord
    package let keyName: String
  }

  package let principal: String
  /// Of that principal.
  package let account: AccountID
  package let region: String
  private let start: GrantID?
  package let limit: Int

  /// - Throws: `invalidMarker`.
  package init(
    retiredBy principal: String, of account: AccountID, in region: String, marker: String?, limit: Int
  ) throws(KMSError) {
    self.principal = principal
    self.account = account
    self.region = region
    self.limit = limit
    start = try GrantID(marker: marker)
  }

  package let operation = "ListRetirableGrants"
  package let action = Action.listRetirableGrants
  package var named: String { principal }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<Entry> {
    let found = try await desk.store.grants(
      retiredBy: principal, in: region, after: start, limit: limit + 1)
    var entries: [Entry] = []
    for stored in found {
      let grant = try desk.unseal(stored, .grant)
      guard grant.terms.retiring == principal, grant.region == region else { throw .corrupt(.grant) }
      let key = try await desk.key(KeyReference(.id(grant.key), asWritten: ""))
      entries.append(Entry(grant: grant, keyName: key.record.resourceName))
    }
    return Page(reading: entries, limit: limit) { $0.grant.id.hex }
  }
}
