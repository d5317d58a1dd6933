import KMSDomain
import KMSEngine
import KMSTestKit

// The policies of users, groups and roles: one trial of each verb for each kind.

extension Trial {
  private static let inline = IdentityRecord.InlinePolicy(name: "new", document: Array("nobody".utf8))

  private static func put(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      PutInlinePolicy(action, "Put", World.name(kind, name), policy: inline)
    }
  }
  private static func get(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      GetInlinePolicy(action, "Get", World.name(kind, name), policy: "inline")
    }
  }
  private static func delete(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      DeleteInlinePolicy(action, "Delete", World.name(kind, name), policy: "inline")
    }
  }
  private static func list(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      ListInlinePolicies(action, "List", World.name(kind, name), after: nil, limit: 10)
    }
  }
  private static func attach(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " to a \(kind)") { _ in
      AttachPolicy(action, "Attach", World.name(kind, name), policy: .builtIn("policy:3"))
    }
  }
  private static func detach(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " from a \(kind)") { _ in
      DetachPolicy(action, "Detach", World.name(kind, name), policy: .builtIn("policy:1"))
    }
  }
  private static func listAttached(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      ListAttachedPolicies(action, "ListAttached", World.name(kind, name), under: "/", after: 0, limit: 10)
    }
  }
  private static func limit(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      PutPermissionsBoundary(action, "Limit", World.name(kind, name), policy: .builtIn("policy:3"))
    }
  }
  private static func unlimit(_ action: Action, _ kind: IdentityKind, _ name: String) -> Trial {
    Trial(action, note: " of a \(kind)") { _ in
      DeletePermissionsBoundary(action, "Unlimit", World.name(kind, name))
    }
  }
}

extension Trial {
  static let putUserPolicy = put(.putUserPolicy, .user, "bob")
  static let getUserPolicy = get(.getUserPolicy, .user, "bob")
  static let deleteUserPolicy = delete(.deleteUserPolicy, .user, "bob")
  static let listUserPolicies = list(.listUserPolicies, .user, "bob")
  static let attachUserPolicy = attach(.attachUserPolicy, .user, "bob")
  static let detachUserPolicy = detach(.detachUserPolicy, .user, "bob")
  static let listAttachedUserPolicies = listAttached(.listAttachedUserPolicies, .user, "bob")
  static let putUserPermissionsBoundary = limit(.putUserPermissionsBoundary, .user, "bob")
  static let deleteUserPermissionsBoundary = unlimit(.deleteUserPermissionsBoundary, .user, "bob")
}

extension Trial {
  static let putGroupPolicy = put(.putGroupPolicy, .group, "staff")
  static let getGroupPolicy = get(.getGroupPolicy, .group, "staff")
  static let deleteGroupPolicy = delete(.deleteGroupPolicy, .group, "staff")
  static let listGroupPolicies = list(.listGroupPolicies, .group, "staff")
  static let attachGroupPolicy = attach(.attachGroupPolicy, .group, "staff")
  static let detachGroupPolicy = detach(.detachGroupPolicy, .group, "staff")
  static let listAttachedGroupPolicies = listAttached(.listAttachedGroupPolicies, .group, "staff")
}

extension Trial {
  static let putRolePolicy = put(.putRolePolicy, .role, "runner")
  static let getRolePolicy = get(.getRolePolicy, .role, "runner")
  static let deleteRolePolicy = delete(.deleteRolePolicy, .role, "runner")
  static let listRolePolicies = list(.listRolePolicies, .role, "runner")
  static let attachRolePolicy = attach(.attachRolePolicy, .role, "runner")
  static let detachRolePolicy = detach(.detachRolePolicy, .role, "runner")
  static let listAttachedRolePolicies = listAttached(.listAttachedRolePolicies, .role, "runner")
  static let putRolePermissionsBoundary = limit(.putRolePermissionsBoundary, .role, "runner")
  static let deleteRolePermissionsBoundary = unlimit(.deleteRolePermissionsBoundary, .role, "runner")
}
