package import KMSDomain

/// Takes a grant away: a right over the key, whatever the grant says.
package struct RevokeGrant: Operation {
  package let key: KeyReference
  package let grant: GrantID
  package let isDryRun: Bool

  package init(_ grant: GrantID, of key: KeyReference, isDryRun: Bool) {
    self.grant = grant
    self.key = key
    self.isDryRun = isDryRun
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let grant: Authenticated<GrantRecord>?
  }

  package let operation = "RevokeGrant"
  package var asked: Asked { Asked(.revokeGrant, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "grant", value: grant.hex)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let key = try await desk.key(key)
    return Prepared(key: key, grant: try await desk.grant(grant, of: key.record.id))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(.revokeGrant, on: .key(prepared.key), named: key.asWritten))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(.revokeGrant, key: prepared.key.record.id, version: nil)
    guard let stored = prepared.grant else { throw .grantNotFound(grant.hex) }
    return Performed(
      (), change: .deleteGrant(grant, of: prepared.key.record.id, expecting: stored.code))
  }
}
