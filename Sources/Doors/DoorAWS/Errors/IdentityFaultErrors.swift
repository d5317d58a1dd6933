import KMSDomain

extension IdentityFault {
  /// In the words of IAM.
  var awsError: AWSError {
    switch self {
    case .notFound(let kind, let name): AWSError.noSuchEntity(kind.absence(AWSError.quoted(name)))
    case .exists(let kind, let name):
      AWSError("EntityAlreadyExists", kind.presence(AWSError.quoted(name)), status: 409)
    case .holds(let holding): AWSError("DeleteConflict", holding.awsReason, status: 409)
    case .inlinePolicyNotFound(let kind, let name):
      AWSError.noSuchEntity("The \(kind.awsWord) policy with name \(AWSError.quoted(name)) cannot be found.")
    case .policyNotAttachable(let arn):
      AWSError.noSuchEntity("Policy \(AWSError.quoted(arn)) does not exist or is not attachable.")
    case .policyNotAttached(let arn):
      AWSError.noSuchEntity("Policy \(AWSError.quoted(arn)) was not found.")
    case .loginProfileNotFound(let name):
      AWSError.noSuchEntity("Login Profile for User \(AWSError.quoted(name)) cannot be found.")
    case .versionNotFound(let policy, let version):
      AWSError.noSuchEntity(
        "Policy \(AWSError.quoted(policy)) version \(AWSError.quoted(version)) does not exist or is not attachable."
      )
    case .defaultVersion:
      AWSError("DeleteConflict", "Cannot delete the default version of a policy.", status: 409)
    case .accessKeyNotFound(let id):
      AWSError.noSuchEntity("The Access Key with id \(AWSError.quoted(id)) cannot be found.")
    // IAM knows certificates of users too, and calls them so.
    case .certificateNotFound(let id):
      AWSError.noSuchEntity("The Certificate with id \(AWSError.quoted(id)) cannot be found.")
    case .certificateExists:
      AWSError("DuplicateCertificate", "This certificate is already associated with a user.", status: 409)
    case .certificateExpired: AWSError("InvalidCertificate", "This certificate has expired.", status: 400)
    // IAM has nothing like them.
    case .applicationNotFound(let id), .applicationCredentialNotFound(let id):
      AWSError.noSuchEntity("The application with id \(AWSError.quoted(id)) cannot be found.")
    case .applicationCredential:
      AWSError("InvalidInput", "The application can't have this credential.", status: 400)
    case .boundaryNotFound(let name):
      AWSError.noSuchEntity("\(AWSError.quoted(name)) does not have a permissions boundary.")
    case .unknownPrincipal(let name):
      AWSError(
        "MalformedPolicyDocument", "Invalid principal in policy: \"AWS\":\"\(AWSError.quoted(name))\"")
    case .tooMany(.policyVersions, let most):
      AWSError(
        "LimitExceeded",
        "A managed policy can have up to \(most) versions. "
          + "Before you create a new version, you must delete an existing version.", status: 409)
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
  fileprivate var awsWord: String {
    switch self {
    case .root: "root"
    case .user: "user"
    case .group: "group"
    case .role: "role"
    case .policy: "policy"
    case .provider: "provider"
    }
  }

  fileprivate func absence(_ name: String) -> String {
    switch self {
    case .root, .user, .group, .role: "The \(awsWord) with name \(name) cannot be found."
    case .policy: "Policy \(name) was not found."
    case .provider: "OpenIDConnect Provider not found for arn \(name)"
    }
  }

  fileprivate func presence(_ name: String) -> String {
    switch self {
    case .root: "Root already exists."
    case .user: "User with name \(name) already exists."
    case .group: "Group with name \(name) already exists."
    case .role: "Role with name \(name) already exists."
    case .policy: "A policy called \(name) already exists. Duplicate names are not allowed."
    case .provider: "Provider with url https://\(name) already exists."
    }
  }
}

extension IdentityFault.Holding {
  var awsReason: String {
    switch self {
    case .accessKeys: "Cannot delete entity, must remove access keys first."
    case .clientCertificates: "Cannot delete entity, must revoke client certificates first."
    case .applications: "Cannot delete entity, must delete applications first."
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
    case .policySize: "PolicySize"
    case .trustSize: "ACLSizePerRole"
    case .accessKeys: "AccessKeysPerUser"
    case .clientCertificates: "ClientCertificatesPerUser"
    case .applications: "ApplicationsPerUser"
    case .applicationCredentials: "CredentialsPerApplication"
    case .tags: "TagsPerEntity"
    case .clientIDs: "ClientIdsPerOpenIdConnectProvider"
    }
  }
}
