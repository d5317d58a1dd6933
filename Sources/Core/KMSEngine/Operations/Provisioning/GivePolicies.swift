package import KMSDomain

/// Gives somebody further policies; what they carry already stays as it is.
package struct GivePolicies: Operation {
  package struct Prepared: Sendable {
    let found: FoundIdentity
    let given: IdentityRecord.Carried
    let boundary: String?
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
  private var action: Action {
    switch policies {
    case .readyMade: kind.attach
    case .limited: kind.put
    }
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.identity(identity)
    var boundary: String?
    if let record = found.record { boundary = try await desk.boundary(of: record) }
    return Prepared(found: found, given: try await policies.resolve(desk), boundary: boundary)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let resource = ProtectedResource.identity(prepared.found.resource)
    let demands = policies.demands(
      kind, on: resource, named: identity.text, boundary: prepared.boundary)
    guard let first = demands.first else {
      return Demands(Demand(action, on: resource, named: identity.text))
    }
    return Demands(first, and: Array(demands.dropFirst()))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(action, key: nil, version: nil)
    let before = try prepared.found.present()
    var record = before
    try record.carry(prepared.given, desk)
    guard record != before else { return Performed(record) }
    record = record.advanced()
    return Performed(record, change: .updateIdentity(desk.seal(record), expecting: before.generation))
  }
}
