import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

extension World {
  static let roleID = IdentityID("AROAbuilder")
  static let roleName = IdentityName(.role, "builder", in: Fixtures.account)
  static let roleText = "role:\(Fixtures.account.text):builder"

  /// A role that the account hands to its identity policies.
  func addRole(maxSeconds: Int = 3600) async throws {
    let role = IdentityRecord(
      id: World.roleID, account: Fixtures.account, name: "builder", createdAt: Fixtures.start,
      body: .role(
        IdentityRecord.Role(
          trust: Array("account \(Fixtures.account.text)".utf8), description: "",
          maxSessionSeconds: maxSeconds)))
    try await house.store.commit(.addIdentity(engine.desk.seal(role)), outbox: nil)
  }

  func claims(_ begun: BegunSession) throws -> SessionClaims? {
    try house.custody.openSession(begun.credentials.token, accessKey: begun.credentials.accessKey)
  }
}

extension AssumeRole {
  static func builder(
    _ text: String = World.roleText, seconds: Int? = nil, policy: String? = nil,
    policies: [SessionTerms.PolicyName] = [], tags: [KMSDomain.Tag] = [], transitive: [String] = [],
    source: String? = nil, by caller: Caller = World.admin
  ) -> AssumeRole {
    AssumeRole(
      RoleToAssume(
        text, World.roleName,
        SessionTerms(
          name: "build", seconds: seconds, policy: policy.map { Array($0.utf8) }, policies: policies,
          tags: tags, transitiveTags: transitive, sourceIdentity: source)), by: caller)
  }
}

/// A caller in a session of the role, as the token of that session would make one.
private func inSession(
  _ kind: Session.Kind = .role(World.roleText), source: String? = nil, transitive: [KMSDomain.Tag] = []
) -> Caller {
  Caller(
    account: Fixtures.account, principal: World.roleText + "@build", principalID: "AROAbuilder:build",
    userName: nil, isRoot: false, credential: "ASIATEST", policies: [.administrator],
    session: Session(
      kind: kind, name: "build", issuedAt: Fixtures.start, expiresAt: .distantFuture, policies: nil,
      sourceIdentity: source, provider: nil, transitiveTags: transitive))
}

@Suite(.serialized) struct AssumeRoleTests {
  @Test func `a session says what it was begun with, and its record ties its key to it`() async throws {
    let world = try await World()
    try await world.addRole()
    let begun = try await world.run(
      AssumeRole.builder(tags: [.init(key: "team", value: "blue")], transitive: ["team"], source: "maria"))
    let claims = try #require(try world.claims(begun))
    #expect(claims == begun.claims)
    #expect(claims.kind == .role && claims.principal == World.roleID && claims.name == "build")
    #expect(claims.issuedAt == Fixtures.start && claims.expiresAt == Fixtures.start.advanced(seconds: 3600))
    #expect(claims.tags == [.init(key: "team", value: "blue")] && claims.transitiveTags == ["team"])
    #expect(claims.sourceIdentity == "maria" && claims.policies == nil)
    #expect(begun.principal == World.roleText + "@build")
    let record = try world.lastRecord()
    #expect(record.outcome == "success")
    #expect(record.demands?.map(\.action) == ["assumeRole", "tagSession", "setSourceIdentity"])
    #expect(try world.house.logText().contains(begun.credentials.accessKey))
    let secret = begun.credentials.secret.readOnce { bytes in
      String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
    #expect(try !world.house.logText().contains(#require(secret)))
  }

  @Test(arguments: [Action.assumeRole, .tagSession, .setSourceIdentity])
  func `each right that is asked for is needed`(right: Action) async throws {
    let world = try await World()
    try await world.addRole()
    let operation = AssumeRole.builder(tags: [.init(key: "a", value: "b")], source: "maria")
    for caller in [
      Fixtures.caller("nobody"), Fixtures.caller("almost", policies: [.allBut(right)]),
      Fixtures.caller("denied", policies: [.administrator, .denying(right)]),
    ] {
      guard case .denied(let denial) = try await world.failure(of: operation, as: caller) else {
        Issue.record("\(caller.principal) was not denied")
        continue
      }
      #expect(denial.action == right || caller.policies.isEmpty)
      #expect(try world.lastRecord().outcome == "denied")
    }
  }

  @Test func `a session lasts no longer than the role allows, and an hour when another session begins it`()
    async throws
  {
    let world = try await World()
    try await world.addRole(maxSeconds: 7200)
    let chained = inSession()
    #expect(
      try await world.run(AssumeRole.builder(seconds: 7200)).claims.expiresAt
        == Fixtures.start.advanced(seconds: 7200))
    #expect(try await world.failure(of: AssumeRole.builder(seconds: 7201)) == .session(.tooLong))
    #expect(
      try await world.failure(of: AssumeRole.builder(seconds: 3601, by: chained), as: chained)
        == .session(.tooLongInChain))
    let user = inSession(.user)
    _ = try await world.run(AssumeRole.builder(seconds: 3600, by: chained), as: chained)
    _ = try await world.run(AssumeRole.builder(seconds: 7200, by: user), as: user)
  }

  @Test func `source identity and transitive tags go on, and can't be changed`() async throws {
    let world = try await World()
    try await world.addRole()
    let caller = inSession(source: "maria", transitive: [.init(key: "team", value: "blue")])
    let begun = try await world.run(
      AssumeRole.builder(tags: [.init(key: "stage", value: "test")], by: caller), as: caller)
    #expect(begun.claims.sourceIdentity == "maria")
    #expect(begun.claims.tags.map(\.key) == ["team", "stage"])
    #expect(begun.claims.transitiveTags == ["team"])
    #expect(
      try await world.failure(of: AssumeRole.builder(source: "eve", by: caller), as: caller)
        == .session(.sourceIdentityFixed))
    #expect(
      try await world.failure(
        of: AssumeRole.builder(tags: [.init(key: "TEAM", value: "red")], by: caller), as: caller)
        == .session(.tagInherited("team")))
    #expect(
      try await world.failure(of: AssumeRole.builder(transitive: ["nothing"]))
        == .session(.transitiveTagMissing))
    // Whoever lacks the right to what goes on lacks the right to begin the session.
    let limited = Caller(
      account: caller.account, principal: caller.principal, principalID: caller.principalID, userName: nil,
      isRoot: false, credential: caller.credential, policies: [.allBut(.setSourceIdentity)],
      session: caller.session)
    #expect(try await world.failure(of: AssumeRole.builder(by: limited), as: limited).code == "denied")
  }

  @Test func `policies of a session are judged when it begins, and have to be there`() async throws {
    let world = try await World()
    try await world.addRole()
    let begun = try await world.run(AssumeRole.builder(policy: "nobody"))
    #expect(begun.claims.policies == SessionClaims.Policies(document: Array("nobody".utf8), managed: []))
    #expect(begun.size == 1)
    #expect(
      try await world.failure(of: AssumeRole.builder(policy: "gibberish")).code == "malformedPolicy")
    for name in [
      SessionTerms.PolicyName("policy:x", nil),
      SessionTerms.PolicyName("policy:x", IdentityName(.policy, "x", in: Fixtures.account)),
      SessionTerms.PolicyName("policy:x", IdentityName(.policy, "x", in: Fixtures.otherAccount)),
    ] {
      #expect(
        try await world.failure(of: AssumeRole.builder(policies: [name]))
          == .session(.policyNotFound("policy:x")))
    }
    let tags = (0..<50).map {
      KMSDomain.Tag(key: "\($0)", value: String(repeating: "v", count: 256))
    }
    #expect(try await world.failure(of: AssumeRole.builder(tags: tags)).code == "session.tooLarge")
  }

  @Test func `somebody without the right isn't told which policies there are`() async throws {
    let world = try await World()
    try await world.addRole()
    for (name, document) in [("policy:1", nil), ("policy:x", nil), ("policy:1", "no policy")] {
      let operation = AssumeRole.builder(
        policy: document, policies: [SessionTerms.PolicyName(name, nil)])
      for stranger in [Fixtures.caller("nobody"), Fixtures.caller("eve", account: Fixtures.otherAccount)] {
        #expect(try await world.failure(of: operation, as: stranger).code == "denied")
      }
      let federation = GetFederationToken(
        SessionTerms(
          name: "guest", seconds: nil, policy: document.map { Array($0.utf8) },
          policies: [SessionTerms.PolicyName(name, nil)]), account: Fixtures.account)
      #expect(try await world.failure(of: federation, as: Fixtures.caller("nobody")).code == "denied")
    }
  }

  @Test func `a role that isn't there, or is there under another path, can't be assumed`() async throws {
    let world = try await World()
    let error = try await world.failure(of: AssumeRole.builder())
    try await world.addRole()
    let other = try await world.failure(of: AssumeRole.builder("role:elsewhere:builder"))
    for error in [error, other] { #expect(["denied", "permitMismatch"].contains(error.code)) }
  }
}

@Suite(.serialized) struct UserSessionTests {
  @Test func `a user gets a credential of its own, for as long as it asks`() async throws {
    let world = try await World()
    let caller = Fixtures.caller("alice", policies: [.administrator])
    for (seconds, life) in [(nil, 43_200), (900, 900), (129_600, 129_600)] as [(Int?, Int64)] {
      let begun = try await world.run(
        GetSessionToken(account: Fixtures.account, seconds: seconds), as: caller)
      #expect(begun.claims.kind == .user && begun.claims.principal == World.user)
      #expect(begun.claims.expiresAt == Fixtures.start.advanced(seconds: life))
      #expect(try world.claims(begun) == begun.claims)
    }
    let root = Fixtures.caller("root", isRoot: true)
    let begun = try await world.run(GetSessionToken(account: Fixtures.account, seconds: 43_200), as: root)
    #expect(begun.claims.expiresAt == Fixtures.start.advanced(seconds: 3600))
  }

  @Test func `no session gets a user's session out of its own`() async throws {
    let world = try await World()
    for caller in [inSession(), inSession(.user), inSession(.federated(by: "user:x"))] {
      let token = try await world.failure(
        of: GetSessionToken(account: Fixtures.account, seconds: nil), as: caller)
      let federated = try await world.failure(of: federation(), as: caller)
      for error in [token, federated] { #expect(["denied", "permitMismatch"].contains(error.code)) }
    }
  }

  private func federation(policy: String? = nil, tags: [KMSDomain.Tag] = []) -> GetFederationToken {
    GetFederationToken(
      SessionTerms(name: "guest", seconds: nil, policy: policy.map { Array($0.utf8) }, tags: tags),
      account: Fixtures.account)
  }

  @Test func `somebody whom a user vouches for has what the user says, or nothing`() async throws {
    let world = try await World()
    let caller = Fixtures.caller("alice", policies: [.administrator])
    let nothing = try await world.run(federation(), as: caller)
    #expect(nothing.claims.policies == SessionClaims.Policies(document: nil, managed: []))
    #expect(nothing.principal == "federated:guest" && nothing.claims.kind == .federated)
    let limited = try await world.run(federation(policy: "nobody"), as: caller)
    #expect(limited.claims.policies?.document == Array("nobody".utf8))
    #expect(limited.claims.expiresAt == Fixtures.start.advanced(seconds: 43_200))
  }

  @Test func `vouching and asking about keys and messages need their rights`() async throws {
    let world = try await World()
    let tagged = federation(tags: [.init(key: "a", value: "b")])
    for right in [Action.getFederationToken, .tagSession] {
      let caller = Fixtures.caller("almost", policies: [.allBut(right)])
      #expect(try await world.failure(of: tagged, as: caller).code == "denied")
    }
    for caller in [
      Fixtures.caller("nobody"), Fixtures.caller("almost", policies: [.allBut(.getAccessKeyInfo)]),
    ] {
      #expect(
        try await world.failure(of: GetAccessKeyInfo("AKIA", account: Fixtures.account), as: caller).code
          == "denied")
    }
    for caller in [
      Fixtures.caller("nobody"), Fixtures.caller("almost", policies: [.allBut(.decodeAuthorizationMessage)]),
    ] {
      #expect(
        try await world.failure(of: DecodeAuthorizationMessage(account: Fixtures.account), as: caller).code
          == "denied")
    }
  }

  @Test func `the account of a key is told, also of a session's key`() async throws {
    let world = try await World()
    let begun = try await world.run(GetSessionToken(account: Fixtures.account, seconds: nil))
    func account(_ id: String) async throws -> AccountID {
      try await world.run(GetAccessKeyInfo(id, account: Fixtures.account))
    }
    #expect(try await account(begun.credentials.accessKey) == Fixtures.account)
    #expect(
      try await account(SessionKeyID.make(for: Fixtures.otherAccount, random: 1)) == Fixtures.otherAccount)
    #expect(
      try await world.failure(of: GetAccessKeyInfo("AKIANOBODY", account: Fixtures.account))
        == .session(.unknownAccessKey))
    #expect(
      try await world.failure(of: DecodeAuthorizationMessage(account: Fixtures.account))
        == .session(.invalidMessage))
  }
}

@Suite(.serialized) struct WebIdentityRoleTests {
  private static let visitor = Caller(
    account: nil, principal: "issuer.example:claviger:robot", principalID: "issuer.example:claviger:robot",
    userName: nil, isRoot: false, credential: "robot", policies: [],
    webIdentity: WebIdentity(provider: "provider:issuer.example", issuer: "issuer.example", claims: [:]))

  private var operation: AssumeRoleWithWebIdentity {
    AssumeRoleWithWebIdentity(
      RoleToAssume(World.roleText, World.roleName, SessionTerms(name: "build", seconds: nil)))
  }

  @Test func `whom no trust policy names gets nothing by a token, and the record says who it was`()
    async throws
  {
    let world = try await World()
    try await world.addRole()
    #expect(try await world.failure(of: operation, as: Self.visitor).code == "denied")
    let record = try world.lastRecord()
    #expect(record.outcome == "denied" && record.who?.principal == Self.visitor.principal)
  }

  @Test func `somebody who signs isn't somebody whom a token proves`() async throws {
    let world = try await World()
    try await world.addRole()
    let error = try await world.failure(of: operation, as: World.admin)
    #expect(["denied", "permitMismatch"].contains(error.code))
  }
}
