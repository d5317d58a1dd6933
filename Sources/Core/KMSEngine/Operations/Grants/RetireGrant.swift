package import KMSDomain

/// Gives a grant up: a right that the grant itself gives, see `PolicyEvaluator`.
package struct RetireGrant: Operation {
  /// How the caller pointed at it.
  package enum Target: Sendable {
    case token(GrantToken)
    case grant(GrantID, of: KeyReference)
  }

  package let target: Target
  package let isDryRun: Bool

  package init(_ target: Target, isDryRun: Bool) {
    self.target = target
    self.isDryRun = isDryRun
  }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let grant: Authenticated<GrantRecord>
  }

  private var id: GrantID {
    switch target {
    case .token(let token): token.grant
    case .grant(let id, _): id
    }
  }

  /// The key as the caller wrote it, if it did.
  private var named: String {
    switch target {
    case .token(let token): token.grant.hex
    case .grant(_, let key): key.asWritten
    }
  }

  package let operation = "RetireGrant"
  package var asked: Asked { Asked(.retireGrant, named: named) }
  package var references: [KeyReference] {
    switch target {
    case .token: []
    case .grant(_, let key): [key]
    }
  }
  package var details: [AuditRecord.Detail] { [AuditRecord.Detail(name: "grant", value: id.hex)] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    switch target {
    case .token(let token):
      guard token.isAuthentic(by: desk.authenticator),
        let grant = try await desk.grant(token.grant, of: token.key), let key = try await desk.load(token.key)
      else { throw .invalidGrantToken }
      return Prepared(key: key, grant: grant)
    case .grant(let id, let reference):
      let key = try await desk.key(reference)
      guard let grant = try await desk.grant(id, of: key.record.id) else { throw .grantNotFound(id.hex) }
      return Prepared(key: key, grant: grant)
    }
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(.retireGrant, on: .grant(prepared.grant.record, prepared.key), named: named))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    let key = prepared.key.record.id
    try permits.first.check(.retireGrant, key: key, version: nil)
    return Performed((), change: .deleteGrant(id, of: key, expecting: prepared.grant.code))
  }
}
