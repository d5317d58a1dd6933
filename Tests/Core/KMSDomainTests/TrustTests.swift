import KMSDomain
import KMSTestKit
import Testing

/// Who may act as a role, and what credentials can't do whatever policies say.
@Suite struct TrustTests {
  private static let provider = "provider:id.example.com"

  private func assume(
    _ caller: Caller, _ statements: Statement..., action: Action = .assumeRole, facts: RequestFacts = .none
  ) -> Decision {
    let role = ProtectedIdentity(
      name: "role:app", account: Fixtures.account, trust: Policy(statements: statements))
    return PolicyEvaluator.decide(
      AccessRequest(
        action: action, caller: caller, origin: Fixtures.origin(), resource: .identity(role), facts: facts,
        time: Fixtures.start),
      vocabulary: PlainVocabulary())
  }

  private func on(_ action: Action, _ caller: Caller) -> Decision {
    let resource: ProtectedResource =
      action == .createUser
      ? .identity(ProtectedIdentity(name: "user:new", account: Fixtures.account)) : .account(Fixtures.account)
    return PolicyEvaluator.decide(
      AccessRequest(
        action: action, caller: caller, origin: Fixtures.origin(), resource: resource, facts: .none,
        time: Fixtures.start), vocabulary: PlainVocabulary())
  }

  private func token(_ claims: [String: [String]] = [:]) -> Caller {
    Caller(
      account: nil, principal: "token", principalID: "", userName: nil, isRoot: false, credential: "",
      policies: [.administrator],
      webIdentity: WebIdentity(provider: Self.provider, issuer: "id.example.com/a", claims: claims))
  }

  @Test func `a trust policy that names the caller is enough, one that names its account is not`() {
    let named = Statement.allow(PrincipalSet([.named(Fixtures.principal("alice"))]))
    let account = Statement.allow(PrincipalSet([.account(Fixtures.account)]))
    #expect(assume(Fixtures.caller(), named) == Decision(isAllowed: true, ground: .trust("#1")))
    #expect(assume(Fixtures.caller(), account) == Decision(isAllowed: false, ground: .noIdentityStatement))
    let rich = Fixtures.caller(policies: [.administrator])
    #expect(assume(rich, account).isAllowed)
    #expect(assume(rich) == Decision(isAllowed: false, ground: .noTrustStatement))
    #expect(
      assume(rich, account, .deny(PrincipalSet([.anyone])))
        == Decision(isAllowed: false, ground: .trust("#deny")))
  }

  @Test func `a caller of another account needs both`() {
    let star = Statement.allow(PrincipalSet([.anyone]))
    let bare = Fixtures.caller(account: Fixtures.otherAccount)
    #expect(assume(bare, star) == Decision(isAllowed: false, ground: .noIdentityStatement))
    #expect(
      assume(Fixtures.caller(account: Fixtures.otherAccount, policies: [.administrator]), star).isAllowed)
  }

  @Test func `a token lets in only where its provider is named, with conditions on its claims`() {
    func claim(_ name: String, _ value: String) -> Condition {
      Condition(
        key: .unknown(name), test: .stringEquals([value], ignoringCase: false, negated: false),
        quantifier: .single, ifExists: false, label: name)
    }
    func allow(_ member: PrincipalSet.Member, _ conditions: Condition...) -> Statement {
      .allow(PrincipalSet([member]), conditions: conditions)
    }
    let web = Action.assumeRoleWithWebIdentity
    let build = token(["sub": ["repo:x"], "aud": ["a", "b"]])
    #expect(assume(build, allow(.provider(Self.provider)), action: web).isAllowed)
    #expect(!assume(build, allow(.provider("provider:else")), action: web).isAllowed)
    #expect(!assume(build, allow(.anyone), action: web).isAllowed)
    #expect(
      assume(build, allow(.provider(Self.provider)), .deny(PrincipalSet([.anyone])), action: web)
        .isExplicitDeny)
    for (name, value, isAllowed) in [
      ("id.example.com/a:sub", "repo:x", true), ("ID.example.com/a:Sub", "repo:x", true),
      ("id.example.com/a:sub", "repo:y", false), ("id.example.com/a:aud", "b", true),
      ("id.example.com/b:sub", "repo:x", false), ("id.example.com/a:amr", "x", false),
    ] {
      let statement = allow(.provider(Self.provider), claim(name, value))
      #expect(assume(build, statement, action: web).isAllowed == isAllowed)
    }
    #expect(!assume(build, allow(.provider(Self.provider)), action: .assumeRole).isAllowed)
    #expect(on(.createUser, token()) == Decision(isAllowed: false, ground: .credentialKind))
  }

  @Test func `a claim that is there and wasn't read lets nobody in and keeps out`() {
    func statement(_ effect: Statement.Effect, _ test: Condition.Test) -> Statement {
      let condition = Condition(
        key: .unknown("id.example.com/a:Groups"), test: test, quantifier: .forAny, ifExists: false, label: "")
      let everybody = PrincipalSet([.provider(Self.provider)])
      return effect == .allow
        ? .allow(everybody, conditions: [condition]) : .deny(everybody, conditions: [condition])
    }
    let caller = Caller(
      account: nil, principal: "token", principalID: "", userName: nil, isRoot: false, credential: "",
      policies: [],
      webIdentity: WebIdentity(
        provider: Self.provider, issuer: "id.example.com/a", claims: [:], unread: ["groups"]))
    let all = Statement.allow(PrincipalSet([.provider(Self.provider)]))
    for test in [
      Condition.Test.stringEquals(["x"], ignoringCase: false, negated: true), .null(true), .null(false),
    ] {
      #expect(!assume(caller, statement(.allow, test), action: .assumeRoleWithWebIdentity).isAllowed)
      #expect(!assume(caller, all, statement(.deny, test), action: .assumeRoleWithWebIdentity).isAllowed)
    }
    #expect(assume(caller, all, action: .assumeRoleWithWebIdentity).isAllowed)
  }

  @Test func `what is asked of the session can be asked for by conditions`() {
    func allow(_ key: ConditionKey, _ value: String) -> Statement {
      let condition = Condition(
        key: key, test: .stringEquals([value], ignoringCase: false, negated: false), quantifier: .forAny,
        ifExists: false, label: "")
      return .allow(PrincipalSet([.named(Fixtures.principal("alice"))]), conditions: [condition])
    }
    var facts = RequestFacts()
    facts.session = SessionFacts(
      name: "one", externalID: "x-7", sourceIdentity: "alice", transitiveTagNames: ["Team"])
    for (key, value) in [
      (ConditionKey.externalID, "x-7"), (.sessionName, "one"), (.requestedSourceIdentity, "alice"),
      (.transitiveTagNames, "Team"),
    ] {
      #expect(assume(Fixtures.caller(), allow(key, value), facts: facts).isAllowed)
      #expect(!assume(Fixtures.caller(), allow(key, "else"), facts: facts).isAllowed)
      #expect(!assume(Fixtures.caller(), allow(key, value)).isAllowed)
    }
  }

  /// AWS's comparison of the operations that make sessions.
  @Test(arguments: [
    (StandingTests.Asker.user, Action.createUser, true), (.user, .getSessionToken, true),
    (.user, .getFederationToken, true), (.userSession, .createUser, false),
    (.userSession, .getSessionToken, false), (.userSession, .getFederationToken, false),
    (.roleSession, .createUser, true), (.roleSession, .getSessionToken, false),
    (.roleSession, .getFederationToken, false), (.federated, .createUser, false),
    (.federated, .getSessionToken, false), (.federated, .getAccessKeyInfo, false),
    (.roleSession, .getAccessKeyInfo, true),
  ])
  func `each kind of credential has things that no policy allows to it`(
    asker: StandingTests.Asker, action: Action, isAllowed: Bool
  ) {
    let caller = asker.caller(identity: true, session: [.administrator])
    let decision = on(action, caller)
    #expect(decision.isAllowed == isAllowed)
    if !isAllowed { #expect(decision.ground == .credentialKind) }
  }

  @Test func `sessions of users may act as roles, the root and those somebody vouched for may not`() {
    let star = Statement.allow(PrincipalSet([.anyone]))
    #expect(assume(StandingTests.Asker.userSession.caller(), star).isAllowed)
    #expect(assume(StandingTests.Asker.roleSession.caller(), star).isAllowed)
    let refused = Decision(isAllowed: false, ground: .credentialKind)
    #expect(assume(StandingTests.Asker.federated.caller(), star) == refused)
    #expect(assume(Fixtures.caller("root", isRoot: true), star) == refused)
  }

  @Test func `a session token needs no right, but can be denied`() {
    #expect(on(.getSessionToken, Fixtures.caller()).isAllowed)
    let deny = AttachedPolicy(name: "no", policy: Policy(statements: [.deny()]))
    #expect(on(.getSessionToken, Fixtures.caller(policies: [deny])).isExplicitDeny)
    #expect(!on(.getFederationToken, Fixtures.caller()).isAllowed)
  }
}
