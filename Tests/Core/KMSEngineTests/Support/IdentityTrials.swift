import KMSDomain
import KMSEngine
import KMSTestKit

extension Trial {
  private static func name(_ kind: IdentityKind, _ text: String) -> IdentityName { World.name(kind, text) }

  static let createUser = Trial(.createUser) { _ in
    CreateIdentity(
      .createUser, "CreateUser", name(.user, "newcomer"), path: "/", body: .user(IdentityRecord.User()))
  }
  static let createTaggedUser = Trial(.createUser, .tagUser, note: " with tags") { _ in
    CreateIdentity(
      .createUser, "CreateUser", name(.user, "newcomer"), path: "/", tags: [Tag(key: "a", value: "b")],
      body: .user(IdentityRecord.User()))
  }
  static let getUser = Trial(.getUser) { _ in GetIdentity(.getUser, "GetUser", name(.user, "alice")) }
  static let listUsers = Trial(.listUsers) { _ in
    ListIdentities(
      .listUsers, "ListUsers", .user, of: Fixtures.account, under: "/", after: nil, limit: 10)
  }
  static let deleteUser = Trial(.deleteUser) { _ in
    DeleteIdentity(.deleteUser, "DeleteUser", name(.user, "alice"))
  }

  static let tagUser = Trial(.tagUser) { _ in
    TagIdentity(.tagUser, "TagUser", name(.user, "alice"), tags: [Tag(key: "a", value: "b")])
  }
  static let untagUser = Trial(.untagUser) { _ in
    UntagIdentity(.untagUser, "UntagUser", name(.user, "alice"), names: ["team"])
  }
  static let listUserTags = Trial(.listUserTags) { _ in
    ListIdentityTags(.listUserTags, "ListUserTags", name(.user, "alice"), after: 0, limit: 10)
  }
  static let updateUser = Trial(.updateUser) { _ in
    UpdateIdentity(.updateUser, "UpdateUser", name(.user, "bob"), newName: "robert", newPath: "/a/")
  }
  static let listGroupsForUser = Trial(.listGroupsForUser) { _ in
    ListGroupsForUser(name(.user, "bob"), after: nil, limit: 10)
  }
}

// MARK: - Groups

extension Trial {
  static let createGroup = Trial(.createGroup) { _ in
    CreateIdentity(
      .createGroup, "CreateGroup", name(.group, "new"), path: "/", body: .group(IdentityRecord.Carried()))
  }
  static let getGroup = Trial(.getGroup) { _ in GetGroup(name(.group, "staff"), after: nil, limit: 10) }
  static let listGroups = Trial(.listGroups) { _ in
    ListIdentities(
      .listGroups, "ListGroups", .group, of: Fixtures.account, under: "/", after: nil, limit: 10)
  }
  static let updateGroup = Trial(.updateGroup) { _ in
    UpdateIdentity(.updateGroup, "UpdateGroup", name(.group, "staff"), newName: "all", newPath: nil)
  }
  static let deleteGroup = Trial(.deleteGroup) { _ in
    DeleteIdentity(.deleteGroup, "DeleteGroup", name(.group, "empty"))
  }
  static let addUserToGroup = Trial(.addUserToGroup) { _ in
    AddUserToGroup(name(.user, "alice"), to: name(.group, "staff"))
  }
  static let removeUserFromGroup = Trial(.removeUserFromGroup) { _ in
    RemoveUserFromGroup(name(.user, "bob"), from: name(.group, "staff"))
  }
}

// MARK: - Access keys

extension Trial {
  static let createAccessKey = Trial(.createAccessKey) { _ in CreateAccessKey(name(.user, "alice")) }
  static let listAccessKeys = Trial(.listAccessKeys) { _ in
    ListAccessKeys(name(.user, "bob"), after: nil, limit: 10)
  }
  static let updateAccessKey = Trial(.updateAccessKey) { _ in
    UpdateAccessKey(World.bobsKey, of: name(.user, "bob"), isActive: false)
  }
  static let deleteAccessKey = Trial(.deleteAccessKey) { _ in
    DeleteAccessKey(World.bobsKey, of: name(.user, "bob"))
  }
  static let getAccessKeyLastUsed = Trial(.getAccessKeyLastUsed) { _ in
    GetAccessKeyLastUsed(World.bobsKey, in: Fixtures.account)
  }
}

// MARK: - Credentials of other kinds

extension Trial {
  static let listMFADevices = otherCredentials(.listMFADevices)
  static let listSSHPublicKeys = otherCredentials(.listSSHPublicKeys)
  static let listServiceSpecificCredentials = otherCredentials(.listServiceSpecificCredentials)
  static let listSigningCertificates = otherCredentials(.listSigningCertificates)
  static let listVirtualMFADevices = Trial(.listVirtualMFADevices) { _ in
    ListOtherCredentialsOfAccount(.listVirtualMFADevices, "ListVirtualMFADevices", of: Fixtures.account)
  }

  private static func otherCredentials(_ action: Action) -> Trial {
    Trial(action, note: " by \(action)") { _ in ListOtherCredentials(action, "List", name(.user, "bob")) }
  }
}
