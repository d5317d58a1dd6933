import KMSBytes
package import KMSDomain

/// Lets a user be known by a certificate, and gives it policies for what it will do with that. Those certificates of the
/// user that have expired are forgotten by the way.
package struct AddClientCertificate: IdentityWork {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let owner: IdentityRecord
    package let certificate: ClientCertificate
  }

  package let identity: IdentityName
  private let new: NewClientCertificate
  private let policies: PoliciesToGive

  /// - Parameter policies: beside those that the user carries.
  package init(
    _ certificate: NewClientCertificate, to user: String, in account: AccountID,
    _ policies: PoliciesToGive = .readyMade([])
  ) {
    new = certificate
    identity = IdentityName(.user, user, in: account)
    self.policies = policies
  }

  package let operation = "AddClientCertificate"
  package let action = Action.addClientCertificate
  package var details: [AuditRecord.Detail] { [new.detail] }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.certificates = try await desk.store.clientCertificates(of: record.id)
    found.other.isCertificateTaken = try await desk.isTaken(new.fingerprint)
    found.other.boundary = try await desk.boundary(of: record)
    found.other.given = try await policies.resolve(desk)
  }

  package func demands(_ prepared: FoundIdentity, _ desk: Desk) -> Demands {
    let resource = ProtectedResource.identity(prepared.resource)
    return Demands(
      Demand(action, on: resource, named: identity.text),
      and: policies.demands(.user, on: resource, named: identity.text, boundary: prepared.other.boundary))
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    let before = try prepared.present()
    var owner = before
    try owner.carry(prepared.other.given, desk)
    if owner != before { owner = owner.advanced() }
    let now = desk.clock.now()
    let certificate = try new.record(
      of: owner.id, isTaken: prepared.other.isCertificateTaken, at: now)
    let present = try desk.unseal(prepared.other.certificates, of: owner)
    let expired = present.filter { $0.certificate.isExpired(at: now) }
    try checkRoom(present.map(\.certificate).filter { !$0.isExpired(at: now) })
    var changes = expired.map {
      StoreChange.removeClientCertificate($0.certificate.fingerprint, expecting: $0.code)
    }
    if owner != before {
      changes.append(.updateIdentity(desk.seal(owner), expecting: before.generation))
    }
    changes.append(
      .addClientCertificate(
        desk.seal(certificate), owner: owner.generation, most: ClientCertificate.mostActive))
    let names = expired.map(\.certificate.fingerprint.hex).joined(separator: " ")
    return Performed(
      Answer(owner: owner, certificate: certificate), change: .together(changes),
      details: names.isEmpty ? [] : [AuditRecord.Detail(name: "expired", value: names)])
  }

  private func checkRoom(_ present: [ClientCertificate]) throws(KMSError) {
    guard present.filter(\.isActive).count < ClientCertificate.mostActive else {
      throw .identity(.tooMany(.clientCertificates, ClientCertificate.mostActive))
    }
    guard present.count < ClientCertificate.most else {
      throw .identity(.tooMany(.clientCertificates, ClientCertificate.most))
    }
  }
}
