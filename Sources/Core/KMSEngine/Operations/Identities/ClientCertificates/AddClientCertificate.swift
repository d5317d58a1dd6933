import KMSBytes
package import KMSDomain

/// Lets a user be known by a certificate. Those of the user that have expired are forgotten by the way.
package struct AddClientCertificate: IdentityWork {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let owner: IdentityRecord
    package let certificate: ClientCertificate
  }

  package let identity: IdentityName
  private let new: NewClientCertificate

  package init(_ certificate: NewClientCertificate, to user: String, in account: AccountID) {
    new = certificate
    identity = IdentityName(.user, user, in: account)
  }

  package let operation = "AddClientCertificate"
  package let action = Action.addClientCertificate
  package var details: [AuditRecord.Detail] { [new.detail] }

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    found.other.certificates = try await desk.store.clientCertificates(of: record.id)
    found.other.isCertificateTaken = try await desk.isTaken(new.fingerprint)
  }

  package func perform(
    _ prepared: FoundIdentity, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: nil, version: nil)
    let owner = try prepared.present()
    let now = desk.clock.now()
    let certificate = try new.record(
      of: owner.id, isTaken: prepared.other.isCertificateTaken, at: now)
    let present = try desk.unseal(prepared.other.certificates, of: owner)
    let expired = present.filter { $0.certificate.isExpired(at: now) }
    try checkRoom(present.map(\.certificate).filter { !$0.isExpired(at: now) })
    let removals = expired.map {
      StoreChange.removeClientCertificate($0.certificate.fingerprint, expecting: $0.code)
    }
    let added = StoreChange.addClientCertificate(
      desk.seal(certificate), owner: owner.generation, most: ClientCertificate.mostActive)
    let names = expired.map(\.certificate.fingerprint.hex).joined(separator: " ")
    return Performed(
      Answer(owner: owner, certificate: certificate),
      change: removals.isEmpty ? added : .together(removals + [added]),
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
