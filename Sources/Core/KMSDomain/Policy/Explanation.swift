/// Why a decision is what it is: everything that was looked at, and how it fitted the request. For people, and for those who
/// simulate policies; a decision itself needs none of it.
package struct Explanation: Sendable {
  /// The kind of policy that a statement is of, and what the policy is called where it has a name.
  package enum Source: Hashable, Sendable {
    case identity(String)
    case boundary(String)
    case session(String)
    case key
    case trust
  }

  /// One condition of a statement.
  package struct CheckedCondition: Sendable {
    package let condition: Condition
    package let outcome: Condition.Outcome
    /// What the request has for its key; nil where nobody knows.
    package let values: [String]?
  }

  /// One statement.
  package struct CheckedStatement: Sendable {
    package let source: Source
    /// Its position in its policy, from 0.
    package let place: Int
    package let statement: Statement
    package let coversAction: Bool
    package let coversResource: Bool
    /// Whether it speaks of the caller; policies of the caller always do.
    package let meansCaller: Bool
    package let conditions: [CheckedCondition]

    /// Conditions that can't be evaluated stand in the way of an allow, not of a deny.
    package var matches: Bool {
      coversAction && coversResource && meansCaller
        && conditions.allSatisfy { condition in
          switch condition.outcome {
          case .holds: true
          case .fails: false
          case .unknown: statement.effect == .deny
          }
        }
    }
  }

  /// One grant that names the caller, or whom it acts for; it may have meant another of that name.
  package struct CheckedGrant: Sendable {
    package let grant: GrantRecord
    package let coversAction: Bool
    /// Its constraints, or what it may pass on; and it means the caller.
    package let isMet: Bool
  }

  package let decision: Decision
  /// The caller's own policies first, each policy's statements in their order.
  package let statements: [CheckedStatement]
  package let grants: [CheckedGrant]
  /// What it took to compare all that, see `ComparisonBudget`.
  package let work: Int
}

extension PolicyEvaluator {
  package static func explain(_ request: AccessRequest, vocabulary: any PolicyVocabulary) -> Explanation {
    let (decider, evaluator) = (PolicyEvaluator(request, vocabulary), PolicyEvaluator(request, vocabulary))
    let decision = decider.decide()
    let statements = evaluator.checkedStatements
    return Explanation(
      decision: decision, statements: statements, grants: request.grants.map(evaluator.check),
      work: decider.budget.spent + evaluator.budget.spent)
  }

  private var checkedStatements: [Explanation.CheckedStatement] {
    let caller = request.caller
    var result: [Explanation.CheckedStatement] = []
    for policy in caller.policies { result += check(policy.policy, .identity(policy.name)) }
    if let boundary = caller.boundary { result += check(boundary.policy, .boundary(boundary.name)) }
    for policy in caller.session?.policies ?? [] { result += check(policy.policy, .session(policy.name)) }
    switch request.resource {
    case .key(let key): result += check(key.policy, .key, key.meant)
    case .identity(let identity): if let trust = identity.trust { result += check(trust, .trust) }
    case .grant, .newKey, .alias, .account, .server: break
    }
    return result
  }

  private func check(
    _ policy: Policy, _ source: Explanation.Source, _ meant: [String: IdentityID] = [:]
  ) -> [Explanation.CheckedStatement] {
    policy.statements.enumerated().map { place, statement in
      Explanation.CheckedStatement(
        source: source, place: place, statement: statement,
        coversAction: statement.actions.contains(request.action), coversResource: covers(statement),
        meansCaller: statement.principals.map { standing(in: $0, statement.effect, meant) > .none } ?? true,
        conditions: statement.conditions.map { check($0, statement.effect) })
    }
  }

  private func check(
    _ condition: Condition, _ effect: Statement.Effect
  ) -> Explanation.CheckedCondition {
    let values: [String]? =
      switch value(of: condition.key, condition.name) {
      case .one(let value): [value]
      case .values(let values): values
      case .absent: []
      case .unknown: nil
      }
    return Explanation.CheckedCondition(
      condition: condition, outcome: condition.evaluate(for: effect, budget, value(of:_:)), values: values)
  }

  private func check(_ grant: GrantRecord) -> Explanation.CheckedGrant {
    let operation = request.action.grantOperation
    return Explanation.CheckedGrant(
      grant: grant, coversAction: operation.map(grant.terms.operations.contains) ?? false,
      isMet: operation.map { isMet(grant.terms, by: $0) } ?? false
        && standing(of: grant.terms.grantee, meaning: grant.meant.grantee) > .none)
  }
}
