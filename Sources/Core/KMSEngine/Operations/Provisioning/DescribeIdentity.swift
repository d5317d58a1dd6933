package import KMSDomain

/// Everything that a user or a role is and has, at one look.
package struct DescribeIdentity: IdentityWork {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let record: IdentityRecord
    /// The groups and policies of the account that it names.
    package let related: [IdentityRecord]
    package let accessKeys: [AccessKeyRecord]
    package let certificates: [ClientCertificate]
  }

  package let identity: IdentityName
  private let kind: PrincipalKind

  package init(_ kind: PrincipalKind, _ name: String, in account: AccountID) {
    identity = IdentityName(kind.identity, name, in: account)
    self.kind = kind
  }

  package let operation = "DescribeIdentity"
  package var action: Action { kind.look.first }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.accessKeys = try await desk.store.accessKeys(of: record.id)
    found.other.certificates = try await desk.store.clientCertificates(of: record.id)
    for id in record.references { found.other.related.append(try await desk.identity(id)) }
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let demand = { (action: Action) in
      Demand(action, on: .identity(prepared.resource), named: identity.text)
    }
    return Demands(demand(kind.look.first), and: kind.look.others.map(demand))
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    let record = try prepared.present()
    var accessKeys: [AccessKeyRecord] = []
    for stored in prepared.other.accessKeys { accessKeys.append(try desk.unseal(stored, .accessKey)) }
    return Performed(
      Answer(
        record: record, related: prepared.other.related, accessKeys: accessKeys,
        certificates: try desk.unseal(prepared.other.certificates, of: record).map(\.certificate)))
  }
}
