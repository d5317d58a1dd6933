import AdminAPI
import KMSBytes
import KMSDomain
import KMSEngine

// Clients that are known by a certificate.
extension AdminCall {
  func addKMIPClient(_ wanted: NewKMIPClient) async throws -> AddedKMIPClient {
    let operation = "AddClientCertificate"
    let account = try await account(wanted.account, operation)
    try await require(principalName: wanted.name, operation)
    let (facts, issued) = try await certificate(of: wanted, operation)
    let new = NewClientCertificate(
      fingerprint: facts.fingerprint, label: facts.label, notBefore: facts.notBefore,
      notAfter: facts.notAfter)
    let (owner, record) = try await keep(new, wanted, account)
    return AddedKMIPClient(
      client: entry(record, owner), certificate: issued?.certificate,
      serverAuthorityFile: desk.serverAuthority,
      endpoint: desk.kmip())
  }

  /// Makes the user if it isn't there; one that is there gets the policies beside those that it has.
  private func keep(
    _ new: NewClientCertificate, _ wanted: NewKMIPClient, _ account: AccountID
  ) async throws -> (IdentityRecord, ClientCertificate) {
    let policies = try await policies(wanted.roles, on: [], of: account, in: nil, "SetUpUser")
    guard try await isThere(IdentityName(.user, wanted.name, in: account)) else {
      let made = try await run(
        SetUpUser(
          wanted.name, at: AdminCall.clientPath, in: account, policies, withAccessKey: false,
          certificate: new))
      guard let certificate = made.certificate else { throw KMSError.permitMismatch }
      return (made.user, certificate)
    }
    let added = try await run(AddClientCertificate(new, to: wanted.name, in: account, policies))
    return (added.owner, added.certificate)
  }

  /// Of users that are made as clients.
  private static let clientPath = "/kmip/"

  func isThere(_ user: IdentityName) async throws(KMSError) -> Bool {
    do throws(KMSError) {
      _ = try await run(GetIdentity(.getUser, "GetUser", user))
      return true
    } catch .identity(.notFound) {
      return false
    }
  }

  private func certificate(
    of wanted: NewKMIPClient, _ operation: String
  ) async throws -> (ClientCertificateFacts, IssuedCertificate?) {
    switch (wanted.request, wanted.certificate) {
    case (let request?, nil):
      let issued = try await issue(request, wanted, operation)
      return (issued.facts, issued)
    case (nil, let certificate?):
      guard let facts = desk.clients.facts(of: certificate) else {
        throw try await refuse(.invalidRequest("that is no certificate"), operation: operation)
      }
      return (facts, nil)
    case (nil, nil), (.some, .some):
      throw try await refuse(
        .invalidRequest("say either a request or a certificate"), operation: operation)
    }
  }

  private func issue(
    _ request: String, _ wanted: NewKMIPClient, _ operation: String
  ) async throws -> IssuedCertificate {
    if let days = wanted.days, !(1...3650).contains(days) {
      throw try await refuse(.invalidRequest("days are from 1 to 3650"), operation: operation)
    }
    let issued: IssuedCertificate?
    do {
      issued = try desk.clients.issue(request, name: wanted.name, days: wanted.days)
    } catch {
      desk.engine.desk.faults.record("no certificate could be issued: \(error)", request: origin.id)
      throw KMSError.custodyUnavailable
    }
    guard let issued else {
      throw try await refuse(
        .invalidRequest("that is no request for a certificate by the holder of its key"),
        operation: operation)
    }
    return issued
  }

  func listKMIPClients(_ wanted: ListRequest) async throws -> KMIPClientList {
    let account = try await account(wanted.account, "ListClientCertificates")
    let page = try await run(
      try ListClientCertificates(of: account, after: wanted.marker, limit: AdminCall.pageSize))
    return KMIPClientList(clients: page.items.map { entry($0.certificate, $0.owner) }, next: page.next)
  }

  func revokeKMIPClient(_ wanted: KMIPClientRequest) async throws -> KMIPClientList {
    let operation = "RevokeClientCertificate"
    let account = try await account(wanted.account, operation)
    var fingerprint: CertificateFingerprint?
    if let text = wanted.fingerprint {
      fingerprint = CertificateFingerprint(text: text)
      guard fingerprint != nil else {
        throw try await refuse(
          .invalidRequest("a fingerprint has 64 hex digits"), operation: operation)
      }
    }
    let revoked = try await run(RevokeClientCertificate(fingerprint, of: wanted.name, in: account))
    return KMIPClientList(clients: revoked.map { entry($0, name: wanted.name) }, next: nil)
  }

  private func entry(_ certificate: ClientCertificate, _ owner: IdentityRecord) -> KMIPClientList.Entry {
    entry(certificate, name: owner.name)
  }

  func entry(_ certificate: ClientCertificate, name: String) -> KMIPClientList.Entry {
    KMIPClientList.Entry(
      name: name, fingerprint: certificate.fingerprint.hex, subject: certificate.label,
      notBefore: certificate.notBefore.rfc3339, notAfter: certificate.notAfter.rfc3339,
      createdAt: certificate.createdAt.rfc3339, state: state(certificate))
  }

  private func state(_ certificate: ClientCertificate) -> KMIPClientList.State {
    let now = desk.engine.desk.clock.now()
    if !certificate.isActive { return .revoked }
    if certificate.isExpired(at: now) { return .expired }
    return certificate.isUsable(at: now) ? .active : .early
  }
}
