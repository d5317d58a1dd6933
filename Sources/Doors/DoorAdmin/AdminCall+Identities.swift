import AdminAPI
import KMSDomain
import KMSEngine

// Users and roles.
extension AdminCall {
  func createUser(_ wanted: NewUser) async throws -> CreatedUser {
    let operation = "SetUpUser"
    let account = try await account(wanted.account, operation)
    try await require(principalName: wanted.name, operation)
    let policies = try await policies(
      wanted.roles, on: wanted.keys, of: account, in: wanted.region, operation)
    var connection = desk.connection()
    if let region = wanted.region { connection.region = region }
    let made = try await run(
      SetUpUser(wanted.name, in: account, policies, withAccessKey: wanted.withAccessKey))
    return CreatedUser(
      user: details(made.user),
      accessKey: try made.accessKey.map { (key) throws(KMSError) in try issued(key.record, key.secret) },
      connection: connection)
  }

  func createRole(_ wanted: NewRole) async throws -> IdentityDetails {
    let operation = "SetUpRole"
    let account = try await account(wanted.account, operation)
    try await require(principalName: wanted.name, operation)
    let policies = try await policies(
      wanted.roles, on: wanted.keys, of: account, in: wanted.region, operation)
    let trust = try await trust(wanted.trust, operation)
    let words = desk.words
    let role = try await run(
      SetUpRole(wanted.name, in: account, trusting: trust, write: { words.trusting($0) }, policies))
    return details(role)
  }

  /// Everything that narrows whom an issuer vouches for has to be said: without it, all of its users would be let in.
  private func trust(_ wanted: NewRole.Trust, _ operation: String) async throws -> SetUpRole.Trust {
    guard let url = wanted.issuer else {
      guard wanted.audiences.isEmpty, wanted.subjects.isEmpty else {
        throw try await refuse(
          .invalidRequest("subjects and audiences go with an issuer"), operation: operation)
      }
      guard let user = wanted.user else { return .account }
      try await require(principalName: user, operation)
      return .user(user)
    }
    guard wanted.user == nil, let issuer = desk.words.issuer(url) else {
      throw try await refuse(
        .invalidRequest("an issuer is a URL that begins with https://"), operation: operation)
    }
    guard !wanted.audiences.isEmpty, !wanted.subjects.isEmpty,
      (wanted.audiences + wanted.subjects).allSatisfy({ !$0.isEmpty })
    else {
      throw try await refuse(
        .invalidRequest("an issuer needs a subject and an audience"), operation: operation)
    }
    return .tokens(issuer: issuer, audiences: wanted.audiences, subjects: wanted.subjects)
  }

  func list(_ kind: PrincipalKind, _ wanted: ListRequest) async throws -> IdentityList {
    let (action, operation): (Action, String)
    switch kind {
    case .user: (action, operation) = (.listUsers, "ListUsers")
    case .role: (action, operation) = (.listRoles, "ListRoles")
    }
    let account = try await account(wanted.account, operation)
    let page = try await run(
      ListIdentities(
        action, operation, kind.identity, of: account, under: "/", after: wanted.marker,
        limit: AdminCall.pageSize))
    return IdentityList(
      identities: page.items.map {
        IdentityList.Entry(name: $0.name, arn: name(of: $0), createdAt: $0.createdAt.rfc3339)
      }, next: page.next)
  }

  func show(_ kind: PrincipalKind, _ wanted: IdentityRequest) async throws -> IdentityDetails {
    let account = try await account(wanted.account, "DescribeIdentity")
    let found = try await run(DescribeIdentity(kind, wanted.name, in: account))
    return details(found.record, found.related, found.accessKeys, found.certificates)
  }

  func delete(_ kind: PrincipalKind, _ wanted: IdentityRequest) async throws -> Done {
    let account = try await account(wanted.account, "RemoveIdentity")
    try await run(RemoveIdentity(kind, wanted.name, in: account))
    return Done()
  }

  func grantRole(to kind: PrincipalKind, _ wanted: RoleGrant) async throws -> IdentityDetails {
    let operation = "GivePolicies"
    let account = try await account(wanted.account, operation)
    let policies = try await policies(
      [wanted.role], on: wanted.keys, of: account, in: wanted.region, operation)
    _ = try await run(GivePolicies(policies, to: kind, wanted.name, in: account))
    return try await show(kind, IdentityRequest(account: wanted.account, name: wanted.name))
  }

  func revokeRole(from kind: PrincipalKind, _ wanted: RoleGrant) async throws -> IdentityDetails {
    let operation = "TakePolicies"
    let account = try await account(wanted.account, operation)
    guard let role = try await roles([wanted.role], operation).first else {
      throw try await refuse(.invalidRequest("say which role"), operation: operation)
    }
    _ = try await run(
      TakePolicies(
        role.policy, orInline: role.inlineName, from: kind, wanted.name, in: account))
    return try await show(kind, IdentityRequest(account: wanted.account, name: wanted.name))
  }
}
