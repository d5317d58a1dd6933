import KMSBytes
package import KMSDomain

/// Removes a user or a role with everything that it has, at once or not at all: access keys, client
/// certificates, applications, policies, memberships.
///
/// `DeleteIdentity` is the one that refuses while there is anything.
package struct RemoveIdentity: IdentityWork {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let identity: IdentityName
  private let kind: PrincipalKind

  package init(_ kind: PrincipalKind, _ name: String, in account: AccountID) {
    identity = IdentityName(kind.identity, name, in: account)
    self.kind = kind
  }

  package let operation = "RemoveIdentity"
  package var action: Action { kind.remove }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.accessKeys = try await desk.store.accessKeys(of: record.id)
    found.other.certificates = try await desk.store.clientCertificates(of: record.id)
    found.other.applications = try await desk.store.applications(of: record.id)
  }

  /// A right for each kind of thing that it has.
  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    var others: [Action] = []
    if !prepared.other.accessKeys.isEmpty { others.append(.deleteAccessKey) }
    if !prepared.other.certificates.isEmpty { others.append(.revokeClientCertificate) }
    if !prepared.other.applications.isEmpty { others.append(.deleteApplication) }
    if let carried = prepared.record?.carried {
      if !carried.inline.isEmpty { others.append(kind.takeInline) }
      if !carried.attached.isEmpty { others.append(kind.detach) }
    }
    if case .user(let user) = prepared.record?.body, !user.groups.isEmpty {
      others.append(.removeUserFromGroup)
    }
    let demand = { (action: Action) in
      Demand(action, on: .identity(prepared.resource), named: identity.text)
    }
    return Demands(demand(kind.remove), and: others.map(demand))
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try permits.first.check(kind.remove, key: nil, version: nil)
    let record = try prepared.present()
    let accessKeys = prepared.other.accessKeys.map {
      StoreChange.removeAccessKey($0.record.id, expecting: $0.code)
    }
    let certificates = prepared.other.certificates.map {
      StoreChange.removeClientCertificate($0.record.fingerprint, expecting: $0.code)
    }
    let applications = prepared.other.applications.map {
      StoreChange.removeApplication($0.record.clientID, expecting: $0.record.generation)
    }
    let removal = StoreChange.removeIdentity(record.id, expecting: record.generation)
    return Performed(
      (), change: .together(accessKeys + certificates + applications + [removal]),
      details: details(prepared.other))
  }

  private func details(_ other: FoundIdentity.Other) -> [AuditRecord.Detail] {
    [
      ("accessKeys", other.accessKeys.map(\.record.id)),
      ("certificates", other.certificates.map(\.record.fingerprint.hex)),
      ("applications", other.applications.map(\.record.clientID.text)),
    ]
    .filter { !$0.1.isEmpty }
    .map { AuditRecord.Detail(name: $0.0, value: $0.1.joined(separator: " ")) }
  }
}
