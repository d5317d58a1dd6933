/// One call of the admin API: POST of a body as JSON, answered by JSON.
package struct AdminEndpoint<Body: Codable & Sendable, Answer: Codable & Sendable>: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }
}

// Identities
extension AdminAPI {
  package static let createAccount = AdminEndpoint<NewAccount, CreatedAccount>("/v1/accounts/create")
  package static let listAccounts = AdminEndpoint<ListRequest, AccountList>("/v1/accounts/list")

  package static let createUser = AdminEndpoint<NewUser, CreatedUser>("/v1/users/create")
  package static let listUsers = AdminEndpoint<ListRequest, IdentityList>("/v1/users/list")
  package static let showUser = AdminEndpoint<IdentityRequest, IdentityDetails>("/v1/users/show")
  package static let deleteUser = AdminEndpoint<IdentityRequest, Done>("/v1/users/delete")
  package static let grantToUser = AdminEndpoint<RoleGrant, IdentityDetails>("/v1/users/grant-role")
  package static let revokeFromUser = AdminEndpoint<RoleGrant, IdentityDetails>("/v1/users/revoke-role")

  package static let createAccessKey = AdminEndpoint<IdentityRequest, CreatedAccessKey>(
    "/v1/access-keys/create")
  package static let updateAccessKey = AdminEndpoint<AccessKeyRequest, Done>("/v1/access-keys/update")
  package static let deleteAccessKey = AdminEndpoint<AccessKeyRequest, Done>("/v1/access-keys/delete")

  package static let createRole = AdminEndpoint<NewRole, IdentityDetails>("/v1/roles/create")
  package static let listRoles = AdminEndpoint<ListRequest, IdentityList>("/v1/roles/list")
  package static let showRole = AdminEndpoint<IdentityRequest, IdentityDetails>("/v1/roles/show")
  package static let deleteRole = AdminEndpoint<IdentityRequest, Done>("/v1/roles/delete")

  package static let explainPolicy = AdminEndpoint<PolicyQuestion, PolicyExplanation>("/v1/policy/explain")
}

/// The answer when there is nothing to tell but that it was done.
package struct Done: Codable, Sendable, Equatable {
  package init() {}
}
