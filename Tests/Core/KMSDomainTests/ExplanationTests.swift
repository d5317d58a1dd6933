import KMSDomain
import KMSTestKit
import Testing

@Suite struct ExplanationTests {
  private static let team = Condition(
    key: .encryptionContext("team"), test: .stringEquals(["blue"], ignoringCase: false, negated: false),
    quantifier: .single, ifExists: false, label: "StringEquals team")
  private static let moment = Condition(
    key: .currentTime, test: .date([Fixtures.start], .less), quantifier: .single, ifExists: false,
    label: "DateLessThan time")

  private func request(
    _ caller: Caller, _ statements: [Statement], team: String? = nil, assumed: AssumedContext? = nil
  ) -> AccessRequest {
    var facts = RequestFacts()
    facts.encryptionContext = team.flatMap { EncryptionContext([.init(name: "TEAM", value: $0)]) }
    return AccessRequest(
      action: .encrypt, caller: caller, origin: Fixtures.origin(),
      resource: .key(ProtectedKey(record: Fixtures.key(), policy: Policy(statements: statements))),
      facts: facts, assumed: assumed)
  }

  @Test func `every statement is told with what fitted and what didn't`() throws {
    let own = AttachedPolicy(
      name: "own",
      policy: Policy(statements: [
        .allow(actions: ActionSet([.decrypt])), .allow(resources: ResourceSet([Glob("key:else")])),
        .allow(conditions: [Self.team]), .deny(conditions: [Self.moment]),
      ]))
    let key: [Statement] = [
      .allow(PrincipalSet([.named("user:else")])),
      .allow(PrincipalSet([.account(Fixtures.account)]), label: "root"),
    ]
    let explanation = PolicyEvaluator.explain(
      request(Fixtures.caller(policies: [own]), key, team: "red"), vocabulary: PlainVocabulary())
    #expect(explanation.decision.isExplicitDeny, "nobody knows the time")
    let told = explanation.statements
    #expect(told.map(\.source) == Array(repeating: .identity("own"), count: 4) + [.key, .key])
    #expect(told.map(\.place) == [0, 1, 2, 3, 0, 1])
    #expect(told.map(\.coversAction) == [false, true, true, true, true, true])
    #expect(told.map(\.coversResource) == [true, false, true, true, true, true])
    #expect(told.map(\.meansCaller) == [true, true, true, true, false, true])
    #expect(told.map(\.matches) == [false, false, false, true, false, true])
    let checked = try #require(told[2].conditions.first)
    #expect(checked.outcome == .fails && checked.values == ["red"])
    #expect(told[3].conditions.first?.values == nil && told[3].conditions.first?.outcome == .unknown)
  }

  @Test func `assumed values win over the request's, and may be all there is`() {
    let statement = Statement.allow(
      PrincipalSet([.named(Fixtures.principal("alice"))]),
      conditions: [
        Condition(
          key: .encryptionContext("team"), name: "context:team", test: Self.team.test, quantifier: .single,
          ifExists: false, label: "")
      ])
    func isAllowed(_ team: String?, _ assumed: AssumedContext?) -> Bool {
      PolicyEvaluator.decide(
        request(Fixtures.caller(), [statement], team: team, assumed: assumed), vocabulary: PlainVocabulary()
      ).isAllowed
    }
    #expect(isAllowed("blue", nil) && !isAllowed("red", nil))
    #expect(isAllowed("red", AssumedContext(["context:team": ["blue"]])))
    #expect(!isAllowed("blue", AssumedContext(["context:team": []])))
    #expect(isAllowed("blue", AssumedContext(["other": ["x"]])))
    #expect(!isAllowed("blue", AssumedContext(["other": ["x"]], isComplete: true)))
  }

  @Test func `a decision carries the statement and its conditions`() {
    let deny = Statement.deny(PrincipalSet([.anyone]), conditions: [Self.team], label: "Blue")
    let decision = PolicyEvaluator.decide(
      request(Fixtures.caller(), [deny], team: "blue"), vocabulary: PlainVocabulary())
    #expect(decision == Decision(isAllowed: false, ground: .keyPolicy("Blue")))
    #expect(decision.conditions.map(\.label) == ["StringEquals team"])
  }
}
