package import KMSDomain

/// Whom the owner of the server sets up with everything that they need.
package enum PrincipalKind: Sendable {
  case user
  case role

  package var identity: IdentityKind {
    switch self {
    case .user: .user
    case .role: .role
    }
  }

  var attach: Action {
    switch self {
    case .user: .attachUserPolicy
    case .role: .attachRolePolicy
    }
  }

  var detach: Action {
    switch self {
    case .user: .detachUserPolicy
    case .role: .detachRolePolicy
    }
  }

  var put: Action {
    switch self {
    case .user: .putUserPolicy
    case .role: .putRolePolicy
    }
  }

  var takeInline: Action {
    switch self {
    case .user: .deleteUserPolicy
    case .role: .deleteRolePolicy
    }
  }

  var remove: Action {
    switch self {
    case .user: .deleteUser
    case .role: .deleteRole
    }
  }

  /// All that `DescribeIdentity` tells.
  var look: (first: Action, others: [Action]) {
    switch self {
    case .user:
      (
        .getUser,
        [
          .listAccessKeys, .listClientCertificates, .listGroupsForUser, .getUserPolicy,
          .listAttachedUserPolicies,
        ]
      )
    case .role: (.getRole, [.getRolePolicy, .listAttachedRolePolicies])
    }
  }
}
