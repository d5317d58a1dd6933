/// The operations of IAM and STS by their names, which are different in the two.
enum QueryCatalogue {
  static let all: [String: any QueryHandler] = {
    let handlers: [any QueryHandler] =
      users + groups + policiesCarried + accessKeys + roles + policies + providers + account + simulations
      + sessions
    return Dictionary(uniqueKeysWithValues: handlers.map { ($0.name, $0) })
  }()

  private static let users: [any QueryHandler] = [
    CreateUserOperation(), GetUserOperation(), ListUsersOperation(), UpdateUserOperation(),
    DeleteUserOperation(), TagUserOperation(), UntagUserOperation(), ListUserTagsOperation(),
    ListGroupsForUserOperation(), GetLoginProfileOperation(), DeleteLoginProfileOperation(),
    ListMFADevicesOperation(),
    ListVirtualMFADevicesOperation(), ListSSHPublicKeysOperation(),
    ListServiceSpecificCredentialsOperation(), ListSigningCertificatesOperation(),
  ]

  private static let groups: [any QueryHandler] = [
    CreateGroupOperation(), GetGroupOperation(), ListGroupsOperation(), UpdateGroupOperation(),
    DeleteGroupOperation(), AddUserToGroupOperation(), RemoveUserFromGroupOperation(),
  ]

  /// By users, groups and roles.
  private static let policiesCarried: [any QueryHandler] = [
    PutUserPolicyOperation(), PutGroupPolicyOperation(), PutRolePolicyOperation(), GetUserPolicyOperation(),
    GetGroupPolicyOperation(), GetRolePolicyOperation(), DeleteUserPolicyOperation(),
    DeleteGroupPolicyOperation(), DeleteRolePolicyOperation(), ListUserPoliciesOperation(),
    ListGroupPoliciesOperation(), ListRolePoliciesOperation(), AttachUserPolicyOperation(),
    AttachGroupPolicyOperation(), AttachRolePolicyOperation(), DetachUserPolicyOperation(),
    DetachGroupPolicyOperation(), DetachRolePolicyOperation(), ListAttachedUserPoliciesOperation(),
    ListAttachedGroupPoliciesOperation(), ListAttachedRolePoliciesOperation(),
    PutUserPermissionsBoundaryOperation(), PutRolePermissionsBoundaryOperation(),
    DeleteUserPermissionsBoundaryOperation(), DeleteRolePermissionsBoundaryOperation(),
  ]

  private static let accessKeys: [any QueryHandler] = [
    CreateAccessKeyOperation(), ListAccessKeysOperation(), UpdateAccessKeyOperation(),
    DeleteAccessKeyOperation(), GetAccessKeyLastUsedOperation(),
  ]

  private static let simulations: [any QueryHandler] = [
    SimulateCustomPolicyOperation(), SimulatePrincipalPolicyOperation(),
  ]

  private static let roles: [any QueryHandler] = [
    CreateRoleOperation(), GetRoleOperation(), ListRolesOperation(), UpdateRoleOperation(),
    UpdateRoleDescriptionOperation(), UpdateAssumeRolePolicyOperation(), DeleteRoleOperation(),
    TagRoleOperation(), UntagRoleOperation(), ListRoleTagsOperation(), ListInstanceProfilesForRoleOperation(),
  ]

  private static let policies: [any QueryHandler] = [
    CreatePolicyOperation(), GetPolicyOperation(), ListPoliciesOperation(), DeletePolicyOperation(),
    TagPolicyOperation(), UntagPolicyOperation(), ListPolicyTagsOperation(), CreatePolicyVersionOperation(),
    GetPolicyVersionOperation(), ListPolicyVersionsOperation(), SetDefaultPolicyVersionOperation(),
    DeletePolicyVersionOperation(), ListEntitiesForPolicyOperation(),
  ]

  private static let providers: [any QueryHandler] = [
    CreateOpenIDConnectProviderOperation(), GetOpenIDConnectProviderOperation(),
    ListOpenIDConnectProvidersOperation(), DeleteOpenIDConnectProviderOperation(),
    AddClientIDToOpenIDConnectProviderOperation(), RemoveClientIDFromOpenIDConnectProviderOperation(),
    UpdateOpenIDConnectProviderThumbprintOperation(), TagOpenIDConnectProviderOperation(),
    UntagOpenIDConnectProviderOperation(), ListOpenIDConnectProviderTagsOperation(),
  ]

  private static let account: [any QueryHandler] = [
    GetAccountSummaryOperation(), ListAccountAliasesOperation(), GetAccountAuthorizationDetailsOperation(),
    GetContextKeysForCustomPolicyOperation(), GetContextKeysForPrincipalPolicyOperation(),
  ]

  private static let sessions: [any QueryHandler] = [
    GetCallerIdentityOperation(), AssumeRoleOperation(), AssumeRoleWithWebIdentityOperation(),
    AssumeRoleWithSAMLOperation(), GetSessionTokenOperation(), GetFederationTokenOperation(),
    GetAccessKeyInfoOperation(), DecodeAuthorizationMessageOperation(),
  ]
}
