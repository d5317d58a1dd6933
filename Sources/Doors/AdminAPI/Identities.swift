// What the owner of a server asks and learns of its identities. An account that isn't given is the server's first.

package struct NewAccount: Codable, Sendable, Equatable {
  /// 12 digits; nil makes them up.
  package var account: String?
  /// The name of a user who may do everything, and gets an access key; nil for none.
  package var administrator: String?

  package init(account: String?, administrator: String?) {
    self.account = account
    self.administrator = administrator
  }
}

package struct CreatedAccount: Codable, Sendable, Equatable {
  package var account: String
  /// What policies call the account.
  package var root: String
  /// nil without an administrator; so are the next two.
  package var administrator: String?
  package var accessKey: IssuedAccessKey?
  package var connection: ClientConnection?

  package init(
    account: String, root: String, administrator: String?, accessKey: IssuedAccessKey?,
    connection: ClientConnection?
  ) {
    self.account = account
    self.root = root
    self.administrator = administrator
    self.accessKey = accessKey
    self.connection = connection
  }
}

/// How clients reach the server; nil where a listener is off.
package struct ClientConnection: Codable, Sendable, Equatable {
  package var endpoint: String?
  package var tlsEndpoint: String?
  /// The certificate of the private authority, where the server has one.
  package var authorityFile: String?
  package var region: String

  package init(endpoint: String?, tlsEndpoint: String?, authorityFile: String?, region: String) {
    self.endpoint = endpoint
    self.tlsEndpoint = tlsEndpoint
    self.authorityFile = authorityFile
    self.region = region
  }
}

/// The next part of a list.
package struct ListRequest: Codable, Sendable, Equatable {
  package var account: String?
  /// Where the part before ended; nil for the first.
  package var marker: String?

  package init(account: String? = nil, marker: String? = nil) {
    self.account = account
    self.marker = marker
  }
}

package struct AccountList: PartialList, Equatable {
  package struct Entry: Codable, Sendable, Equatable {
    package var account: String
    package var createdAt: String
    /// Whether it is meant when none is named.
    package var isDefault: Bool

    package init(account: String, createdAt: String, isDefault: Bool) {
      self.account = account
      self.createdAt = createdAt
      self.isDefault = isDefault
    }
  }

  package var accounts: [Entry]
  /// The marker for the next part; nil at the end.
  package var next: String?

  package init(accounts: [Entry], next: String?) {
    self.accounts = accounts
    self.next = next
  }
}

package struct NewUser: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String
  /// Names of ready-made roles.
  package var roles: [String]
  /// The only keys that the roles are about, by identifier, alias or ARN; empty for all.
  package var keys: [String]
  /// Where keys are looked for, and what the user's clients are told; nil for the server's own.
  package var region: String?
  package var withAccessKey: Bool

  package init(
    account: String?, name: String, roles: [String], keys: [String], region: String?, withAccessKey: Bool
  ) {
    self.account = account
    self.name = name
    self.roles = roles
    self.keys = keys
    self.region = region
    self.withAccessKey = withAccessKey
  }
}

package struct CreatedUser: Codable, Sendable, Equatable {
  package var user: IdentityDetails
  /// Told this once; nil when none was wanted.
  package var accessKey: IssuedAccessKey?
  package var connection: ClientConnection

  package init(user: IdentityDetails, accessKey: IssuedAccessKey?, connection: ClientConnection) {
    self.user = user
    self.accessKey = accessKey
    self.connection = connection
  }
}

package struct NewRole: Codable, Sendable, Equatable {
  package struct Trust: Codable, Sendable, Equatable {
    /// Of these two one, or neither: then the whole account is trusted.
    package var user: String?
    /// The URL of an issuer of tokens.
    package var issuer: String?
    /// With an issuer: at least one of each.
    package var audiences: [String]
    package var subjects: [String]

    package init(
      user: String? = nil, issuer: String? = nil, audiences: [String] = [], subjects: [String] = []
    ) {
      self.user = user
      self.issuer = issuer
      self.audiences = audiences
      self.subjects = subjects
    }
  }

  package var account: String?
  package var name: String
  package var trust: Trust
  package var roles: [String]
  package var keys: [String]
  package var region: String?

  package init(
    account: String?, name: String, trust: Trust, roles: [String], keys: [String], region: String?
  ) {
    self.account = account
    self.name = name
    self.trust = trust
    self.roles = roles
    self.keys = keys
    self.region = region
  }
}

package struct IdentityRequest: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String

  package init(account: String?, name: String) {
    self.account = account
    self.name = name
  }
}

/// A ready-made role that somebody is to have, or to lose.
package struct RoleGrant: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String
  package var role: String
  /// The only keys that it is about; empty for all. Not asked when it is taken away.
  package var keys: [String]
  package var region: String?

  package init(account: String?, name: String, role: String, keys: [String], region: String?) {
    self.account = account
    self.name = name
    self.role = role
    self.keys = keys
    self.region = region
  }
}
