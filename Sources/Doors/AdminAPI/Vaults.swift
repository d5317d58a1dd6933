// What the owner of a server asks and learns of vaults. An account that isn't given is the server's first.

package struct NewVault: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String
  /// A managed HSM, and no vault.
  package var isManagedHSM: Bool
  /// nil for the server's own.
  package var region: String?
  /// For how long what is deleted can be recovered.
  package var retentionDays: Int
  package var isPurgeProtected: Bool
  /// Access policies decide in it, and no roles.
  package var hasAccessPolicies: Bool
  /// Client or object id of an application that may do everything with what is in it.
  package var administrator: String?

  package init(
    account: String?, name: String, isManagedHSM: Bool, region: String?, retentionDays: Int,
    isPurgeProtected: Bool, hasAccessPolicies: Bool, administrator: String?
  ) {
    self.account = account
    self.name = name
    self.isManagedHSM = isManagedHSM
    self.region = region
    self.retentionDays = retentionDays
    self.isPurgeProtected = isPurgeProtected
    self.hasAccessPolicies = hasAccessPolicies
    self.administrator = administrator
  }
}

package struct VaultRequest: Codable, Sendable, Equatable {
  package var account: String?
  package var name: String

  package init(account: String?, name: String) {
    self.account = account
    self.name = name
  }
}

/// Gives an application a role in a vault.
package struct NewRoleAssignment: Codable, Sendable, Equatable {
  package var account: String?
  package var vault: String
  /// Name or id of a role.
  package var role: String
  /// Client or object id of an application.
  package var principal: String
  /// `/`, `/keys`, `/secrets/first`.
  package var scope: String

  package init(account: String?, vault: String, role: String, principal: String, scope: String) {
    self.account = account
    self.vault = vault
    self.role = role
    self.principal = principal
    self.scope = scope
  }
}

package struct RoleAssignmentRequest: Codable, Sendable, Equatable {
  package var account: String?
  package var vault: String
  package var assignment: String

  package init(account: String?, vault: String, assignment: String) {
    self.account = account
    self.vault = vault
    self.assignment = assignment
  }
}

/// Gives a key that is there already a name in a vault.
package struct NewAdoption: Codable, Sendable, Equatable {
  package var account: String?
  package var vault: String
  /// What it is to be called there.
  package var name: String
  /// Its id, an alias or its ARN; of one that was made over KMIP its unique identifier.
  package var key: String

  package init(account: String?, vault: String, name: String, key: String) {
    self.account = account
    self.vault = vault
    self.name = name
    self.key = key
  }
}

package struct AdoptedKey: Codable, Sendable, Equatable {
  /// As the vault's clients call it; nil while nothing listens with TLS.
  package var url: String?
  /// As policies call it.
  package var resource: String

  package init(url: String?, resource: String) {
    self.url = url
    self.resource = resource
  }
}

/// What an application may do in a vault with access policies, instead of what it could before.
package struct NewAccessPolicy: Codable, Sendable, Equatable {
  package var account: String?
  package var vault: String
  package var principal: String
  /// Such as `secrets/get`; none takes the policy away.
  package var permissions: [String]

  package init(account: String?, vault: String, principal: String, permissions: [String]) {
    self.account = account
    self.vault = vault
    self.principal = principal
    self.permissions = permissions
  }
}

package struct VaultDetails: Codable, Sendable, Equatable {
  package struct Assignment: Codable, Sendable, Equatable {
    package var id: String
    package var role: String
    package var principal: String
    package var scope: String

    package init(id: String, role: String, principal: String, scope: String) {
      self.id = id
      self.role = role
      self.principal = principal
      self.scope = scope
    }
  }

  package struct AccessPolicy: Codable, Sendable, Equatable {
    package var principal: String
    package var permissions: [String]

    package init(principal: String, permissions: [String]) {
      self.principal = principal
      self.permissions = permissions
    }
  }

  package var name: String
  package var isManagedHSM: Bool
  /// nil while nothing listens with TLS.
  package var url: String?
  /// Where its clients get tokens; nil with `url`.
  package var authority: String?
  package var tenantID: String
  package var region: String
  package var retentionDays: Int
  package var isPurgeProtected: Bool
  package var hasAccessPolicies: Bool
  package var assignments: [Assignment]
  package var accessPolicies: [AccessPolicy]
  package var createdAt: String
  /// nil while it is in use.
  package var deletedAt: String?
  /// The file of whom clients trust to vouch for the server; nil where the operator chose the certificate.
  package var authorityFile: String?

  package init(
    name: String, isManagedHSM: Bool, url: String?, authority: String?, tenantID: String, region: String,
    retentionDays: Int, isPurgeProtected: Bool, hasAccessPolicies: Bool, assignments: [Assignment],
    accessPolicies: [AccessPolicy], createdAt: String, deletedAt: String?, authorityFile: String?
  ) {
    self.name = name
    self.isManagedHSM = isManagedHSM
    self.url = url
    self.authority = authority
    self.tenantID = tenantID
    self.region = region
    self.retentionDays = retentionDays
    self.isPurgeProtected = isPurgeProtected
    self.hasAccessPolicies = hasAccessPolicies
    self.assignments = assignments
    self.accessPolicies = accessPolicies
    self.createdAt = createdAt
    self.deletedAt = deletedAt
    self.authorityFile = authorityFile
  }
}

package struct VaultList: PartialList, Equatable {
  package var vaults: [VaultDetails]
  /// The marker for the next part; nil at the end.
  package var next: String?

  package init(vaults: [VaultDetails], next: String?) {
    self.vaults = vaults
    self.next = next
  }
}

extension AdminAPI {
  package static let createVault = AdminEndpoint<NewVault, VaultDetails>("/v1/vaults/create")
  package static let listVaults = AdminEndpoint<ListRequest, VaultList>("/v1/vaults/list")
  package static let showVault = AdminEndpoint<VaultRequest, VaultDetails>("/v1/vaults/show")
  package static let deleteVault = AdminEndpoint<VaultRequest, VaultDetails>("/v1/vaults/delete")
  package static let recoverVault = AdminEndpoint<VaultRequest, VaultDetails>("/v1/vaults/recover")
  package static let assignRole = AdminEndpoint<NewRoleAssignment, VaultDetails>("/v1/vaults/assign")
  package static let unassignRole = AdminEndpoint<RoleAssignmentRequest, VaultDetails>("/v1/vaults/unassign")
  package static let adoptKey = AdminEndpoint<NewAdoption, AdoptedKey>("/v1/vaults/adopt")
  package static let permitInVault = AdminEndpoint<NewAccessPolicy, VaultDetails>("/v1/vaults/permit")
}
