import KMSDomain
import KMSEngine
import KMSTestKit

extension Trial {
  private static func name(_ kind: IdentityKind, _ text: String) -> IdentityName {
    IdentityName(kind, text, in: Fixtures.account)
  }

  static let createUser = Trial(.createUser) { _ in
    CreateIdentity(
      .createUser, "CreateUser", name(.user, "newcomer"), path: "/", body: .user(IdentityRecord.User()))
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
}
