import AdminAPI
import KMSBytes
import KMSDomain
import KMSEngine

// Applications, which come to vaults.
extension AdminCall {
  /// Makes the user if it isn't there.
  func createApplication(_ wanted: NewApplication) async throws -> ApplicationDetails {
    let operation = "CreateApplication"
    let account = try await account(wanted.account, operation)
    let user = wanted.user ?? wanted.name
    try await require(principalName: user, operation)
    if try await !isThere(IdentityName(.user, user, in: account)) {
      let policies = try await policies(wanted.roles, on: [], of: account, in: nil, "SetUpUser")
      _ = try await beforehand.run(
        SetUpUser(user, at: AdminCall.applicationPath, in: account, policies, withAccessKey: false))
    }
    return details(try await run(CreateApplication(wanted.name, for: user, in: account)))
  }

  /// For a change before the one that was asked for: each has an id of its own.
  var beforehand: AdminCall {
    AdminCall(
      desk,
      from: RequestOrigin(
        id: desk.requestIDs.next(), door: origin.door, source: origin.source, isEncrypted: origin.isEncrypted,
        userAgent: origin.userAgent))
  }

  /// Of users that are made for applications.
  private static let applicationPath = "/azure/"

  func listApplications(_ wanted: ListRequest) async throws -> ApplicationList {
    let account = try await account(wanted.account, "ListApplications")
    let page = try await run(
      try ListApplications(of: account, after: wanted.marker, limit: AdminCall.pageSize))
    return ApplicationList(applications: page.items.map(details), next: page.next)
  }

  func showApplication(_ wanted: ApplicationRequest) async throws -> ApplicationDetails {
    let operation = "DescribeApplication"
    let account = try await account(wanted.account, operation)
    let id = try await clientID(wanted.clientID, operation)
    return details(try await run(DescribeApplication(id, in: account)))
  }

  func deleteApplication(_ wanted: ApplicationRequest) async throws -> Done {
    let operation = "DeleteApplication"
    let account = try await account(wanted.account, operation)
    try await run(DeleteApplication(try await clientID(wanted.clientID, operation), in: account))
    return Done()
  }

  func changeApplication(_ wanted: ApplicationChange) async throws -> ChangedApplication {
    let operation = "UpdateApplication"
    let account = try await account(wanted.account, operation)
    let id = try await clientID(wanted.clientID, operation)
    let edit = try await edit(wanted, id, account, operation)
    let changed = try await run(UpdateApplication(id, in: account, edit))
    var text: String?
    if let secret = changed.secret {
      text = secret.text.readOnce { letters in
        String(decoding: letters.indices.map { letters[$0] }, as: UTF8.self)
      }
      guard text != nil else { throw KMSError.custodyUnavailable }
    }
    return ChangedApplication(application: details(changed.owned), secret: text)
  }

  private func edit(
    _ wanted: ApplicationChange, _ id: GUID, _ account: AccountID, _ operation: String
  ) async throws -> ApplicationEdit {
    switch (
      wanted.secretDays, wanted.certificate, wanted.federated, wanted.removal, wanted.isEnabled
    ) {
    case (let days?, nil, nil, nil, nil):
      guard (1...3650).contains(days) else {
        throw try await refuse(.invalidRequest("days are from 1 to 3650"), operation: operation)
      }
      return .addSecret(days: days)
    case (nil, let certificate?, nil, nil, nil):
      guard let facts = desk.clients.assertionCertificate(certificate) else {
        throw try await refuse(
          .invalidRequest("that is no certificate with an RSA key of 2048 to 8192 bits"), operation: operation
        )
      }
      return .addCertificate(facts)
    case (nil, nil, let one?, nil, nil):
      return .addFederated(
        Application.FederatedCredential(
          name: one.name, issuer: one.issuer, subject: one.subject, audience: one.audience))
    case (nil, nil, nil, let name?, nil):
      return removal(name, try await run(DescribeApplication(id, in: account)).application)
    case (nil, nil, nil, nil, let isEnabled?): return isEnabled ? .enable : .disable
    default: throw try await refuse(.invalidRequest("say one thing to change"), operation: operation)
    }
  }

  /// What is called so; a federated credential where nothing is.
  private func removal(_ name: String, _ application: Application) -> ApplicationEdit {
    if let id = GUID(name), application.secrets.contains(where: { $0.id == id }) { return .removeSecret(id) }
    if let bytes = Hex.bytes(name.utf8), application.certificates.contains(where: { $0.sha256 == bytes }) {
      return .removeCertificate(bytes)
    }
    return .removeFederated(name: name)
  }

  private func clientID(_ text: String, _ operation: String) async throws -> GUID {
    guard let id = GUID(text) else {
      throw try await refuse(
        .invalidRequest("a client id has 32 hex digits in groups of 8, 4, 4, 4 and 12"), operation: operation)
    }
    return id
  }

  private func details(_ owned: OwnedApplication) -> ApplicationDetails {
    let one = owned.application
    return ApplicationDetails(
      name: one.name, clientID: one.clientID.text, objectID: one.objectID.text,
      tenantID: one.account.tenant.text, user: owned.owner.name, isEnabled: one.isEnabled,
      createdAt: one.createdAt.rfc3339,
      secrets: one.secrets.map {
        ApplicationDetails.Secret(id: $0.id.text, hint: $0.hint, expiresAt: $0.expiresAt.rfc3339)
      },
      certificates: one.certificates.map {
        ApplicationDetails.Certificate(
          sha256: Hex.string($0.sha256), sha1: Hex.string($0.sha1), expiresAt: $0.expiresAt.rfc3339)
      },
      federated: one.federated.map {
        ApplicationChange.Federation(
          name: $0.name, issuer: $0.issuer, subject: $0.subject, audience: $0.audience)
      })
  }
}
