// What the owner of a server asks and learns of applications, which come to vaults. An account that isn't given is the server's first.

package struct NewApplication: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String
  /// The user as whom it acts; nil for one of its own name. One that isn't there is made.
  package var user: String?
  /// Names of ready-made roles for a user that is made.
  package var roles: [String]

  package init(account: String?, name: String, user: String?, roles: [String]) {
    self.account = account
    self.name = name
    self.user = user
    self.roles = roles
  }
}

package struct ApplicationRequest: Codable, Sendable, Equatable {
  package var account: String?
  /// 36 characters.
  package var clientID: String

  package init(account: String?, clientID: String) {
    self.account = account
    self.clientID = clientID
  }
}

/// One change of an application.
package struct ApplicationChange: Codable, Sendable, Equatable {
  package struct Federation: Codable, Sendable, Equatable {
    package var name: String
    package var issuer: String
    package var subject: String
    package var audience: String

    package init(name: String, issuer: String, subject: String, audience: String) {
      self.name = name
      self.issuer = issuer
      self.subject = subject
      self.audience = audience
    }
  }

  package var account: String?
  package var clientID: String
  /// A secret is made that is good for so many days.
  package var secretDays: Int?
  /// PEM.
  package var certificate: String?
  package var federated: Federation?
  /// The id of a secret, the SHA-256 of a certificate in hex, or the name of a federated credential.
  package var removal: String?
  package var isEnabled: Bool?

  package init(
    account: String?, clientID: String, secretDays: Int? = nil, certificate: String? = nil,
    federated: Federation? = nil, removal: String? = nil, isEnabled: Bool? = nil
  ) {
    self.account = account
    self.clientID = clientID
    self.secretDays = secretDays
    self.certificate = certificate
    self.federated = federated
    self.removal = removal
    self.isEnabled = isEnabled
  }
}

package struct ApplicationDetails: Codable, Sendable, Equatable {
  package struct Secret: Codable, Sendable, Equatable {
    package var id: String
    package var hint: String
    package var expiresAt: String

    package init(id: String, hint: String, expiresAt: String) {
      self.id = id
      self.hint = hint
      self.expiresAt = expiresAt
    }
  }

  package struct Certificate: Codable, Sendable, Equatable {
    package var sha256: String
    package var sha1: String
    package var expiresAt: String

    package init(sha256: String, sha1: String, expiresAt: String) {
      self.sha256 = sha256
      self.sha1 = sha1
      self.expiresAt = expiresAt
    }
  }

  package var name: String
  package var clientID: String
  package var objectID: String
  package var tenantID: String
  package var user: String
  package var isEnabled: Bool
  package var createdAt: String
  package var secrets: [Secret]
  package var certificates: [Certificate]
  package var federated: [ApplicationChange.Federation]

  package init(
    name: String, clientID: String, objectID: String, tenantID: String, user: String, isEnabled: Bool,
    createdAt: String, secrets: [Secret], certificates: [Certificate],
    federated: [ApplicationChange.Federation]
  ) {
    self.name = name
    self.clientID = clientID
    self.objectID = objectID
    self.tenantID = tenantID
    self.user = user
    self.isEnabled = isEnabled
    self.createdAt = createdAt
    self.secrets = secrets
    self.certificates = certificates
    self.federated = federated
  }
}

package struct ChangedApplication: Codable, Sendable, Equatable {
  package var application: ApplicationDetails
  /// The secret that was asked for. It is told here and never again.
  package var secret: String?

  package init(application: ApplicationDetails, secret: String?) {
    self.application = application
    self.secret = secret
  }
}

package struct ApplicationList: PartialList, Equatable {
  package var applications: [ApplicationDetails]
  /// The marker for the next part; nil at the end.
  package var next: String?

  package init(applications: [ApplicationDetails], next: String?) {
    self.applications = applications
    self.next = next
  }
}

extension AdminAPI {
  package static let createApplication = AdminEndpoint<NewApplication, ApplicationDetails>(
    "/v1/applications/create")
  package static let listApplications = AdminEndpoint<ListRequest, ApplicationList>("/v1/applications/list")
  package static let showApplication = AdminEndpoint<ApplicationRequest, ApplicationDetails>(
    "/v1/applications/show")
  package static let changeApplication = AdminEndpoint<ApplicationChange, ChangedApplication>(
    "/v1/applications/change")
  package static let deleteApplication = AdminEndpoint<ApplicationRequest, Done>("/v1/applications/delete")
}
