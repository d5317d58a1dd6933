import KMSDomain
import KMSEngine
import KMSTestKit

private let tags = [Tag(key: "a", value: "b")]
private let document = Array("nobody".utf8)

extension Trial {
  static let createRole = Trial(.createRole) { _ in
    CreateIdentity(
      .createRole, "CreateRole", IdentityName(.role, "new", in: Fixtures.account), path: "/",
      body: .role(World.role(IdentityRecord.Carried())))
  }
  static let createTaggedRole = Trial(.createRole, .tagRole, note: " of a role, with tags") { _ in
    CreateIdentity(
      .createRole, "CreateRole", IdentityName(.role, "new", in: Fixtures.account), path: "/", tags: tags,
      body: .role(World.role(IdentityRecord.Carried())))
  }
  static let getRole = Trial(.getRole) { _ in GetIdentity(.getRole, "GetRole", World.auditor) }
  static let listRoles = Trial(.listRoles) { _ in
    ListIdentities(
      .listRoles, "ListRoles", .role, of: Fixtures.account, under: "/", after: nil, limit: 10)
  }
  static let updateRole = Trial(.updateRole) { _ in
    UpdateRole(.updateRole, "UpdateRole", World.auditor, description: "new", maxSessionSeconds: 7200)
  }
  static let updateRoleDescription = Trial(.updateRoleDescription) { _ in
    UpdateRole(.updateRoleDescription, "UpdateRoleDescription", World.auditor, description: "new")
  }
  static let updateAssumeRolePolicy = Trial(.updateAssumeRolePolicy) { _ in
    UpdateAssumeRolePolicy(World.auditor, document: document)
  }
  static let deleteRole = Trial(.deleteRole) { _ in DeleteIdentity(.deleteRole, "DeleteRole", World.idle) }
  static let tagRole = Trial(.tagRole) { _ in TagIdentity(.tagRole, "TagRole", World.auditor, tags: tags) }
  static let untagRole = Trial(.untagRole) { _ in
    UntagIdentity(.untagRole, "UntagRole", World.auditor, names: ["team"])
  }
  static let listRoleTags = Trial(.listRoleTags) { _ in
    ListIdentityTags(.listRoleTags, "ListRoleTags", World.auditor, after: 0, limit: 10)
  }
  static let listInstanceProfilesForRole = Trial(.listInstanceProfilesForRole) { _ in
    GetIdentity(.listInstanceProfilesForRole, "ListInstanceProfilesForRole", World.auditor)
  }
}

// MARK: - Providers

extension Trial {
  static let createProvider = Trial(.createOpenIDConnectProvider) { _ in
    CreateIdentity(
      .createOpenIDConnectProvider, "CreateOpenIDConnectProvider",
      IdentityName(.provider, "new.example", in: Fixtures.account), path: "/",
      body: .provider(IdentityRecord.Provider(clientIDs: [], thumbprints: [])))
  }
  static let getProvider = Trial(.getOpenIDConnectProvider) { _ in
    GetIdentity(.getOpenIDConnectProvider, "GetOpenIDConnectProvider", World.issuer)
  }
  static let listProviders = Trial(.listOpenIDConnectProviders) { _ in
    ListIdentities(
      .listOpenIDConnectProviders, "ListOpenIDConnectProviders", .provider, of: Fixtures.account,
      under: "/", after: nil, limit: 10)
  }
  static let deleteProvider = Trial(.deleteOpenIDConnectProvider) { _ in
    DeleteIdentity(.deleteOpenIDConnectProvider, "DeleteOpenIDConnectProvider", World.issuer)
  }
  static let addClientID = updateProvider(.addClientIDToOpenIDConnectProvider, .addClientID("two"))
  static let removeClientID = updateProvider(
    .removeClientIDFromOpenIDConnectProvider, .removeClientID("one"))
  static let updateThumbprint = updateProvider(
    .updateOpenIDConnectProviderThumbprint, .setThumbprints(["11"]))
  static let tagProvider = Trial(.tagOpenIDConnectProvider) { _ in
    TagIdentity(.tagOpenIDConnectProvider, "TagOpenIDConnectProvider", World.issuer, tags: tags)
  }
  static let untagProvider = Trial(.untagOpenIDConnectProvider) { _ in
    UntagIdentity(.untagOpenIDConnectProvider, "UntagOpenIDConnectProvider", World.issuer, names: ["team"])
  }
  static let listProviderTags = Trial(.listOpenIDConnectProviderTags) { _ in
    ListIdentityTags(
      .listOpenIDConnectProviderTags, "ListOpenIDConnectProviderTags", World.issuer, after: 0, limit: 10)
  }

  private static func updateProvider(_ action: Action, _ change: UpdateProvider.Change) -> Trial {
    Trial(action, note: " by \(action)") { _ in UpdateProvider(action, "Update", World.issuer, change) }
  }
}
