package import KMSDomain

/// The grants of a key.
package struct ListGrants: Operation {
  package let key: KeyReference
  /// Only this one.
  package let id: GrantID?
  /// Only those to this principal.
  package let grantee: String?
  private let start: GrantID?
  package let limit: Int

  /// - Throws: `invalidMarker`.
  package init(
    _ key: KeyReference, id: GrantID?, grantee: String?, marker: String?, limit: Int
  ) throws(KMSError) {
    self.key = key
    self.id = id
    self.grantee = grantee
    self.limit = limit
    start = try GrantID(marker: marker)
  }

  package struct Answer: Sendable {
    package let key: ProtectedKey
    package let page: Page<GrantRecord>
  }

  package let operation = "ListGrants"
  package var asked: Asked { Asked(.listGrants, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Answer {
    let key = try await desk.key(key)
    var grants: [GrantRecord] = []
    for stored in try await found(key.record.id, desk) {
      grants.append(try desk.unsealGrant(stored, of: key.record.id))
    }
    return Answer(key: key, page: Page(reading: grants, limit: limit) { $0.id.hex })
  }

  private func found(_ key: KeyID, _ desk: Desk) async throws(KMSError) -> [Authenticated<GrantRecord>] {
    guard let id else {
      return try await desk.store.grants(of: key, to: grantee, after: start, limit: limit + 1)
    }
    guard start == nil, let stored = try await desk.grant(id, of: key) else { return [] }
    return grantee == nil || grantee == stored.record.terms.grantee ? [stored] : []
  }

  package func demands(_ prepared: Answer, _ desk: Desk) -> Demands {
    Demands(Demand(.listGrants, on: .key(prepared.key), named: key.asWritten))
  }

  package func perform(
    _ prepared: Answer, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(.listGrants, key: prepared.key.record.id, version: nil)
    return Performed(prepared)
  }
}
