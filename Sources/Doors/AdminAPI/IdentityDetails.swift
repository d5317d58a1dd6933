package struct IdentityList: PartialList, Equatable {
  package struct Entry: Codable, Sendable, Equatable {
    package var name: String
    package var arn: String
    package var createdAt: String

    package init(name: String, arn: String, createdAt: String) {
      self.name = name
      self.arn = arn
      self.createdAt = createdAt
    }
  }

  package var identities: [Entry]
  /// The marker for the next part; nil at the end.
  package var next: String?

  package init(identities: [Entry], next: String?) {
    self.identities = identities
    self.next = next
  }
}

/// Everything that a user or a role is and has. Nothing of it is secret.
package struct IdentityDetails: Codable, Sendable, Equatable {
  package struct Policy: Codable, Sendable, Equatable {
    package var name: String
    /// The ready-made role that it gives; nil for another policy.
    package var role: String?
    /// The document of a policy that is part of the identity; nil for one that stands by itself.
    package var document: String?

    package init(name: String, role: String?, document: String?) {
      self.name = name
      self.role = role
      self.document = document
    }
  }

  package struct AccessKey: Codable, Sendable, Equatable {
    package var accessKeyID: String
    package var isActive: Bool
    package var createdAt: String

    package init(accessKeyID: String, isActive: Bool, createdAt: String) {
      self.accessKeyID = accessKeyID
      self.isActive = isActive
      self.createdAt = createdAt
    }
  }

  package var account: String
  package var name: String
  package var arn: String
  package var id: String
  package var createdAt: String
  package var policies: [Policy]
  /// What all its policies together can allow at most; nil without a limit.
  package var boundary: String?
  package var groups: [String]
  package var accessKeys: [AccessKey]
  /// Those that a user is known by, or was.
  package var certificates: [KMIPClientList.Entry]
  /// Of a role: the document that says who may act as it.
  package var trust: String?

  package init(
    account: String, name: String, arn: String, id: String, createdAt: String, policies: [Policy],
    boundary: String?, groups: [String], accessKeys: [AccessKey],
    certificates: [KMIPClientList.Entry], trust: String?
  ) {
    self.account = account
    self.name = name
    self.arn = arn
    self.id = id
    self.createdAt = createdAt
    self.policies = policies
    self.boundary = boundary
    self.groups = groups
    self.accessKeys = accessKeys
    self.certificates = certificates
    self.trust = trust
  }
}
