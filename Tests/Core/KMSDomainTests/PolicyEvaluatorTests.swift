import KMSDomain
import KMSTestKit
import Testing

@Suite struct PolicyEvaluatorTests {
  private static func decide(_ effect: Statement.Effect, _ key: ConditionKey, negated: Bool) -> Bool {
    var facts = RequestFacts()
    facts.encryptionContext = EncryptionContext([
      .init(name: "Dept", value: "it"), .init(name: "dept", value: "hr"),
    ])
    facts.requestTags = [Tag(key: "Dept", value: "it"), Tag(key: "dept", value: "hr")]
    let condition = Condition(
      key: key, test: .stringEquals(["it"], ignoringCase: false, negated: negated), quantifier: .single,
      ifExists: false, label: "")
    let statement: Statement =
      effect == .allow ? .allow(conditions: [condition]) : .deny(conditions: [condition])
    let caller = Fixtures.caller(policies: [
      AttachedPolicy(
        name: "own", policy: Policy(statements: effect == .allow ? [statement] : [.allow(), statement]))
    ])
    let tags = [Tag(key: "DEPT", value: "it"), Tag(key: "dEPT", value: "hr")]
    let resource = ProtectedResource.identity(
      ProtectedIdentity(name: "policy:x", account: Fixtures.account, tags: tags))
    return PolicyEvaluator.decide(
      AccessRequest(
        action: .getPolicy, caller: caller, origin: Fixtures.origin(), resource: resource, facts: facts,
        time: Fixtures.start), vocabulary: PlainVocabulary()
    ).isAllowed
  }

  @Test(arguments: [
    ConditionKey.encryptionContext("dept"), .requestTag("dept"), .resourceTag("dept"),
  ])
  func `of two names that differ only by case nobody knows which is meant`(key: ConditionKey) {
    for negated in [false, true] {
      #expect(!Self.decide(.allow, key, negated: negated), "no allow holds by either")
      #expect(!Self.decide(.deny, key, negated: negated), "a deny does")
    }
  }

  private let delegating = Policy(statements: [.allow(PrincipalSet([.account(Fixtures.account)]))])

  private func decide(
    _ caller: Caller, keyPolicy: Policy, action: Action = .encrypt, facts: RequestFacts = .none,
    key: KeyRecord = Fixtures.key()
  ) -> Decision {
    PolicyEvaluator.decide(
      AccessRequest(
        action: action, caller: caller, origin: Fixtures.origin(),
        resource: .key(ProtectedKey(record: key, policy: keyPolicy)), facts: facts),
      vocabulary: PlainVocabulary())
  }

  @Test func `a delegating key policy alone gives a user nothing`() {
    let decision = decide(Fixtures.caller(), keyPolicy: delegating)
    #expect(decision == Decision(isAllowed: false, ground: .noIdentityStatement))
  }

  @Test func `an identity policy alone gives a user nothing`() {
    let decision = decide(
      Fixtures.caller(policies: [.administrator]), keyPolicy: Policy(statements: []))
    #expect(decision == Decision(isAllowed: false, ground: .noKeyPolicyStatement))
  }

  @Test func `delegation and an identity policy together allow, and the decision names the statement`() {
    let decision = decide(Fixtures.caller(policies: [.administrator]), keyPolicy: delegating)
    #expect(
      decision == Decision(isAllowed: true, ground: .identityPolicy(policy: "administrator", statement: "#1"))
    )
  }

  @Test func `a key policy that names the caller is enough within the account`() {
    let policy = Policy(statements: [
      .allow(PrincipalSet([.named(Fixtures.principal("alice"))]), label: "users")
    ])
    #expect(
      decide(Fixtures.caller(), keyPolicy: policy) == Decision(isAllowed: true, ground: .keyPolicy("users")))
    #expect(!decide(Fixtures.caller("bob"), keyPolicy: policy).isAllowed)
  }

  @Test func `the account's root is who the delegation names`() {
    #expect(decide(Fixtures.caller("root", isRoot: true), keyPolicy: delegating).isAllowed)
    #expect(!decide(Fixtures.caller("root", isRoot: true), keyPolicy: Policy(statements: [])).isAllowed)
  }

  @Test func `a deny wins over every allow, from either source`() {
    let denyingKey = Policy(statements: delegating.statements + [.deny(PrincipalSet([.anyone]))])
    let user = Fixtures.caller(policies: [.administrator])
    #expect(decide(user, keyPolicy: denyingKey) == Decision(isAllowed: false, ground: .keyPolicy("#deny")))
    let denied = Fixtures.caller(policies: [
      .administrator, AttachedPolicy(name: "no", policy: Policy(statements: [.deny()])),
    ])
    #expect(
      decide(denied, keyPolicy: Policy(statements: [.allow(PrincipalSet([.anyone]))]))
        == Decision(isAllowed: false, ground: .identityPolicy(policy: "no", statement: "#deny")))
  }

  @Test func `a caller of another account needs both policies`() {
    let open = Policy(statements: [.allow(PrincipalSet([.account(Fixtures.otherAccount)]))])
    let bare = Fixtures.caller(account: Fixtures.otherAccount)
    let rich = Fixtures.caller(account: Fixtures.otherAccount, policies: [.administrator])
    #expect(!decide(bare, keyPolicy: open).isAllowed)
    #expect(decide(rich, keyPolicy: open).isAllowed)
    #expect(!decide(rich, keyPolicy: delegating).isAllowed)
  }

  @Test func `a statement covers only its actions and resources`() {
    let narrow = Policy(statements: [
      .allow(
        PrincipalSet([.anyone]), actions: ActionSet([.encrypt]), resources: ResourceSet([Glob("key:*:key-1")])
      )
    ])
    #expect(decide(Fixtures.caller(), keyPolicy: narrow).isAllowed)
    #expect(!decide(Fixtures.caller(), keyPolicy: narrow, action: .decrypt).isAllowed)
    #expect(!decide(Fixtures.caller(), keyPolicy: narrow, key: Fixtures.key(2)).isAllowed)
  }

  @Test func `a condition that can't be evaluated never lets an allow match and always lets a deny`() {
    let odd = Condition(
      key: .unknown("x"), test: .unevaluable("DateLessThan"), quantifier: .single, ifExists: false, label: "x"
    )
    let allow = Policy(statements: [.allow(PrincipalSet([.anyone]), conditions: [odd])])
    #expect(!decide(Fixtures.caller(), keyPolicy: allow).isAllowed)
    let deny = Policy(statements: [
      .allow(PrincipalSet([.anyone])), .deny(PrincipalSet([.anyone]), conditions: [odd]),
    ])
    #expect(decide(Fixtures.caller(), keyPolicy: deny).isExplicitDeny)
  }

  @Test func `a condition on the encryption context compares the value`() {
    let condition = Condition(
      key: .encryptionContext("team"), test: .stringEquals(["blue"], ignoringCase: false, negated: false),
      quantifier: .single, ifExists: false, label: "context")
    let policy = Policy(statements: [.allow(PrincipalSet([.anyone]), conditions: [condition])])
    for (value, expected) in [("blue", true), ("Blue", false), ("red", false)] {
      var facts = RequestFacts()
      facts.encryptionContext = EncryptionContext([.init(name: "team", value: value)])
      #expect(decide(Fixtures.caller(), keyPolicy: policy, facts: facts).isAllowed == expected)
    }
    #expect(!decide(Fixtures.caller(), keyPolicy: policy).isAllowed)
  }

  @Test func `the server itself may do its own jobs and nothing else`() {
    let system = Caller(
      account: nil, principal: "system", principalID: "system", userName: nil, isRoot: false,
      credential: "system", policies: [], isSystem: true)
    for action in Action.allCases where action != .getCallerIdentity {
      #expect(decide(system, keyPolicy: delegating, action: action).isAllowed == action.isOpenToSystem)
    }
  }
}
