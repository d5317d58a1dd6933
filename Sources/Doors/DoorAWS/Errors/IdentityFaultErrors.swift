import KMSDomain

extension IdentityFault {
  /// In the words of IAM.
  var awsError: AWSError {
    switch self {
    case .notFound(let kind, let name):
      AWSError.noSuchEntity("The \(kind.awsWord) with name \(AWSError.quoted(name)) cannot be found.")
    case .exists(let kind, let name):
      AWSError(
        "EntityAlreadyExists", "\(kind.awsTitle) with name \(AWSError.quoted(name)) already exists.",
        status: 409)
    case .holds(let holding): AWSError("DeleteConflict", holding.awsReason, status: 409)
    case .inlinePolicyNotFound(let kind, let name):
      AWSError.noSuchEntity("The \(kind.awsWord) policy with name \(AWSError.quoted(name)) cannot be found.")
    case .policyNotAttachable(let arn):
      AWSError.noSuchEntity("Policy \(AWSError.quoted(arn)) does not exist or is not attachable.")
    case .policyNotAttached(let arn):
      AWSError.noSuchEntity("Policy \(AWSError.quoted(arn)) was not found.")
    case .loginProfileNotFound(let name):
      AWSError.noSuchEntity("Login Profile for User \(AWSError.quoted(name)) cannot be found.")
    case .versionNotFound(let number):
      AWSError.noSuchEntity("Policy version v\(number) does not exist or is not attachable.")
    case .defaultVersion:
      AWSError("DeleteConflict", "Cannot delete the default version of a policy.", status: 409)
    case .accessKeyNotFound(let id):
      AWSError.noSuchEntity("The Access Key with id \(AWSError.quoted(id)) cannot be found.")
    case .boundaryNotFound(let name):
      AWSError.noSuchEntity("\(AWSError.quoted(name)) does not have a permissions boundary.")
    case .tooMany(let quota, let most):
      AWSError(
        "LimitExceeded", "Cannot exceed quota for \(quota.awsName): \(most)", status: 409)
    case .inlinePoliciesTooLong(let kind, let name, let most):
      AWSError(
        "LimitExceeded",
        "Maximum policy size of \(most) bytes exceeded for \(kind.awsWord) \(AWSError.quoted(name))",
        status: 409)
    case .builtIn: AWSError("AccessDenied", "Managed policies of AWS cannot be changed.", status: 403)
    }
  }
}

extension AWSError {
  static func noSuchEntity(_ message: String) -> AWSError { AWSError("NoSuchEntity", message, status: 404) }
}

extension IdentityKind {
  var awsWord: String {
    switch self {
    case .root: "root"
    case .user: "user"
    case .group: "group"
    case .role: "role"
    case .policy: "policy"
    case .provider: "OpenIDConnect provider"
    }
  }

  var awsTitle: String {
    switch self {
    case .root: "Root"
    case .user: "User"
    case .group: "Group"
    case .role: "Role"
    case .policy: "Policy"
    case .provider: "Provider"
    }
  }
}

extension IdentityFault.Holding {
  var awsReason: String {
    switch self {
    case .accessKeys: "Cannot delete entity, must remove access keys first."
    case .inlinePolicies: "Cannot delete entity, must delete policies first."
    case .attachedPolicies: "Cannot delete entity, must detach all policies first."
    case .groups: "Cannot delete entity, must remove users from group first."
    case .members: "Cannot delete entity, must remove users from group first."
    case .attachments: "Cannot delete a policy attached to entities."
    case .versions:
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy."
    }
  }
}

extension IdentityFault.Quota {
  var awsName: String {
    switch self {
    case .users: "UsersPerAccount"
    case .groups: "GroupsPerAccount"
    case .roles: "RolesPerAccount"
    case .policies: "PoliciesPerAccount"
    case .providers: "OpenIDConnectProvidersPerAccount"
    case .groupsOfUser: "GroupsPerUser"
    case .policiesOfUser: "PoliciesPerUser"
    case .policiesOfGroup: "PoliciesPerGroup"
    case .policiesOfRole: "PoliciesPerRole"
    case .policyVersions: "VersionsPerPolicy"
    case .accessKeys: "AccessKeysPerUser"
    case .tags: "TagsPerEntity"
    case .clientIDs: "ClientIdsPerOpenIdConnectProvider"
    }
  }
}
