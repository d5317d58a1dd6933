import KMSTestKit
import Testing

@testable import KMSDomain

/// What a decision does with policies that take too much to compare.
@Suite struct ComparisonBudgetTests {
  private static let long = String(repeating: "a", count: 8000)

  /// As many patterns as a session policy has room for, none of which matches.
  private static func patterns(_ count: Int) -> [Glob] { (0..<count).map { Glob("*a\($0)b*c") } }

  private static func condition(_ patterns: [Glob], _ quantifier: Condition.Quantifier, negated: Bool)
    -> Condition
  {
    Condition(
      key: .encryptionContextNames, test: .stringLike(patterns, negated: negated), quantifier: quantifier,
      ifExists: false, label: "")
  }

  @Test func `what costs little is compared`() {
    let condition = Self.condition(Self.patterns(100), .single, negated: false)
    #expect(condition.evaluate([Self.long]) == .fails)
  }

  @Test(arguments: [false, true])
  func `what costs too much is unknown, however it would end`(negated: Bool) {
    let many = Self.condition(Self.patterns(400), .single, negated: negated)
    #expect(many.evaluate([Self.long]) == .unknown)
    let names = (0..<4000).map { "n\($0)" }
    // Those that have to look at every name.
    let all = Self.condition(Self.patterns(400), negated ? .forAll : .forAny, negated: negated)
    #expect(all.evaluate(names) == .unknown)
    let equals = Condition(
      key: .encryptionContextNames,
      test: .stringEquals((0..<400).map { "m\($0)" }, ignoringCase: true, negated: negated),
      quantifier: .forAll, ifExists: false, label: "")
    #expect(equals.evaluate(negated ? names : ["m1"] + names) == (negated ? .unknown : .fails))
  }

  private func decision(_ statements: [Statement]) -> Decision {
    let caller = Fixtures.caller(
      "alice", policies: [AttachedPolicy(name: "own", policy: Policy(statements: statements))])
    let request = AccessRequest(
      action: .createUser, caller: caller, origin: Fixtures.origin(),
      resource: .alias(name: Self.long, account: Fixtures.account), facts: .none)
    return PolicyEvaluator.decide(request, vocabulary: PlainVocabulary())
  }

  @Test func `a statement whose resources take too much allows nothing and denies`() {
    let costly = ResourceSet(Self.patterns(400))
    #expect(decision([.allow()]).isAllowed)
    #expect(!decision([.allow(resources: costly), .allow()]).isAllowed)
    #expect(!decision([.allow(resources: ResourceSet(costly.patterns, inverted: true))]).isAllowed)
    #expect(decision([.allow(), .deny(resources: costly)]).isExplicitDeny)
    #expect(decision([.allow(), .deny(resources: ResourceSet(Self.patterns(50)))]).isAllowed)
  }

  @Test func `an ordinary decision is far from it`() {
    let policy = Policy(statements: (0..<200).map { _ in .deny(resources: ResourceSet(Self.patterns(20))) })
    let caller = Fixtures.caller(
      "alice", policies: [AttachedPolicy(name: "own", policy: policy), .administrator])
    let request = AccessRequest(
      action: .createUser, caller: caller, origin: Fixtures.origin(),
      resource: .alias(name: "arn:aws:kms:eu-central-1:111122223333:alias/app", account: Fixtures.account),
      facts: .none)
    let explanation = PolicyEvaluator.explain(request, vocabulary: PlainVocabulary())
    #expect(explanation.decision.isAllowed && explanation.work < ComparisonBudget.standard)
  }
}
