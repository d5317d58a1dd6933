package import KMSDomain

/// Gives somebody further policies; what they carry already stays as it is.
package struct GivePolicies: Operation {
  package struct Prepared: Sendable {
    let found: FoundIdentity
    let given: IdentityRecord.Carried
  }

  private let identity: IdentityName
  private let kind: PrincipalKind
  private let policies: PoliciesToGive

  package init(_ policies: PoliciesToGive, to kind: PrincipalKind, _ name: String, in account: AccountID) {
    identity = IdentityName(kind.identity, name, in: account)
    self.kind = kind
    self.policies = policies
  }

  package let operation = "GivePolicies"
  package var asked: Asked { Asked(action, named: identity.text) }
  private var action: Action { policies.action(kind) ?? kind.attach }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    Prepared(found: try await desk.identity(identity), given: try await policies.resolve(desk))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(action, on: .identity(prepared.found.resource), named: identity.text))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(action, key: nil, version: nil)
    let before = try prepared.found.present()
    var record = before
    try record.carried.add(prepared.given, kind, desk)
    guard record != before else { return Performed(record) }
    record = record.advanced()
    return Performed(record, change: .updateIdentity(desk.seal(record), expecting: before.generation))
  }
}
