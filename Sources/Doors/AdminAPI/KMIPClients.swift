// What the owner of a server asks and learns of clients that are known by a certificate. An account that isn't given is the server's
// first.

package struct NewKMIPClient: Codable, Sendable, Equatable {
  package var account: String?
  /// Of a user; one that isn't there is made.
  package var name: String
  /// Names of ready-made roles that the user gets, beside what it has.
  package var roles: [String]
  /// A request for a certificate, PEM; or nil, and then `certificate`.
  package var request: String?
  /// A certificate that was issued elsewhere, PEM.
  package var certificate: String?
  /// How long a certificate is to last; nil for the usual time.
  package var days: Int?

  package init(
    account: String?, name: String, roles: [String], request: String?, certificate: String?, days: Int?
  ) {
    self.account = account
    self.name = name
    self.roles = roles
    self.request = request
    self.certificate = certificate
    self.days = days
  }
}

package struct AddedKMIPClient: Codable, Sendable, Equatable {
  package var client: KMIPClientList.Entry
  /// PEM; nil for one that was issued elsewhere.
  package var certificate: String?
  /// Whom clients trust to vouch for the server; nil where the operator chose the certificate.
  package var serverAuthorityFile: String?
  /// Host and port; nil while KMIP is off.
  package var endpoint: String?

  package init(
    client: KMIPClientList.Entry, certificate: String?, serverAuthorityFile: String?, endpoint: String?
  ) {
    self.client = client
    self.certificate = certificate
    self.serverAuthorityFile = serverAuthorityFile
    self.endpoint = endpoint
  }
}

package struct KMIPClientList: PartialList, Equatable {
  package enum State: String, Codable, Sendable {
    /// Whoever has its key is the client.
    case active
    /// Its time hasn't come.
    case early
    case expired
    case revoked
  }

  package struct Entry: Codable, Sendable, Equatable {
    package var name: String
    /// SHA-256 of the certificate, 64 hex digits.
    package var fingerprint: String
    /// What the certificate calls itself.
    package var subject: String
    package var notBefore: String
    package var notAfter: String
    package var createdAt: String
    package var state: State

    package init(
      name: String, fingerprint: String, subject: String, notBefore: String, notAfter: String,
      createdAt: String, state: State
    ) {
      self.name = name
      self.fingerprint = fingerprint
      self.subject = subject
      self.notBefore = notBefore
      self.notAfter = notAfter
      self.createdAt = createdAt
      self.state = state
    }
  }

  package var clients: [Entry]
  /// The marker for the next part; nil at the end.
  package var next: String?

  package init(clients: [Entry], next: String?) {
    self.clients = clients
    self.next = next
  }
}

package struct KMIPClientRequest: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String
  /// nil: all of the user's certificates.
  package var fingerprint: String?

  package init(account: String?, name: String, fingerprint: String?) {
    self.account = account
    self.name = name
    self.fingerprint = fingerprint
  }
}

extension AdminAPI {
  package static let addKMIPClient = AdminEndpoint<NewKMIPClient, AddedKMIPClient>("/v1/kmip-clients/add")
  package static let listKMIPClients = AdminEndpoint<ListRequest, KMIPClientList>("/v1/kmip-clients/list")
  package static let revokeKMIPClient = AdminEndpoint<KMIPClientRequest, KMIPClientList>(
    "/v1/kmip-clients/revoke")
}
