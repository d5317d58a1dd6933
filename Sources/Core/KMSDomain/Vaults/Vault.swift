/// A container of keys and secrets with a name of its own that clients find it by.
package struct Vault: Hashable, Sendable {
  /// Whose word counts on who may do what in it. Identity policies and the policies of keys count beside it.
  package enum Authorization: UInt8, CaseIterable, Sendable {
    case roles = 1
    case accessPolicies = 2
  }

  /// The most of one vault.
  package static let mostRoles = 50
  package static let mostAssignments = 2000
  package static let mostAccessPolicies = 1024
  /// For how long deleted objects can be recovered, in days.
  package static let retention = 7...90

  package let name: VaultName
  /// Of kind `vault` or `managedHSM`.
  package let home: Keyring
  package let createdAt: Instant

  package var retentionDays: Int
  /// Whether deleted objects have to wait for their time, whoever asks. It stays once it is set.
  package var isPurgeProtected: Bool
  package var authorization: Authorization
  /// The account's own, beside those that every vault has.
  package var roles: [VaultRole]
  package var assignments: [RoleAssignment]
  package var accessPolicies: [VaultAccessPolicy]
  /// Whether its keys may be managed through what manages vaults. It is kept for those who ask: this server does neither.
  package var isOpenToResourceManager: Bool
  /// Nobody is served from it any more; nil: it is in use.
  package var deletedAt: Instant?
  /// Counts the changes, from 1.
  package var generation: UInt64

  package init(
    name: VaultName, home: Keyring, createdAt: Instant, retentionDays: Int = 90,
    isPurgeProtected: Bool = false, authorization: Authorization = .roles, roles: [VaultRole] = [],
    assignments: [RoleAssignment] = [], accessPolicies: [VaultAccessPolicy] = [],
    isOpenToResourceManager: Bool = false, deletedAt: Instant? = nil, generation: UInt64 = 1
  ) {
    self.name = name
    self.home = home
    self.createdAt = createdAt
    self.retentionDays = retentionDays
    self.isPurgeProtected = isPurgeProtected
    self.authorization = authorization
    self.roles = roles
    self.assignments = assignments
    self.accessPolicies = accessPolicies
    self.isOpenToResourceManager = isOpenToResourceManager
    self.deletedAt = deletedAt
    self.generation = generation
  }
}

/// 3 to 24 letters, digits and hyphens: a letter first, no hyphen last, none beside another (Azure, "Resource name rules", Key Vault).
/// Of one server; upper and lower case are the same.
package struct VaultName: Hashable, Sendable {
  /// In lower case.
  package let text: String

  package init?(_ text: String) {
    let folded = Array(text.lowercased().utf8)
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let hyphen = UInt8(ascii: "-")
    guard (3...24).contains(folded.count), let first = folded.first, letters.contains(first),
      folded.last != hyphen,
      folded.allSatisfy({ letters.contains($0) || digits.contains($0) || $0 == hyphen }),
      !zip(folded, folded.dropFirst()).contains(where: { $0 == hyphen && $1 == hyphen })
    else { return nil }
    self.text = String(decoding: folded, as: UTF8.self)
  }
}

/// What those may do who have a role. The words are those of the protocol that roles come from; the core only keeps them.
package struct VaultRole: Hashable, Sendable {
  /// A GUID, in lower case.
  package let id: String
  package var name: String
  package var description: String
  package var dataActions: [String]
  /// Taken out of `dataActions` again.
  package var notDataActions: [String]
  /// Where it may be assigned.
  package var scopes: [String]

  package init(
    id: String, name: String, description: String, dataActions: [String], notDataActions: [String],
    scopes: [String]
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.dataActions = dataActions
    self.notDataActions = notDataActions
    self.scopes = scopes
  }
}

/// Who has a role, and where.
package struct RoleAssignment: Hashable, Sendable {
  /// GUIDs, in lower case.
  package let id: String
  package let role: String
  /// The object id of an application.
  package let principal: String
  /// The whole vault (`/`), a collection (`/keys`), or one object (`/keys/first`).
  package let scope: String

  package init(id: String, role: String, principal: String, scope: String) {
    self.id = id
    self.role = role
    self.principal = principal
    self.scope = scope
  }
}

/// What somebody may do in a vault that has no roles.
package struct VaultAccessPolicy: Hashable, Sendable {
  /// The object id of an application, in lower case.
  package let principal: String
  /// Collection and permission, such as `secrets/get`.
  package let permissions: [String]

  package init(principal: String, permissions: [String]) {
    self.principal = principal
    self.permissions = permissions
  }
}
