import AdminAPI
import KMSDomain
import KMSEngine

/// An explanation of the engine in sentences.
struct ExplanationText {
  private let answer: ExplainPolicy.Answer
  private let action: Action
  private let words: any PolicyWords
  /// By policy, in the order of the statements.
  private let texts: [Explanation.Source: [StatementText]]

  init(_ answer: ExplainPolicy.Answer, _ action: Action, _ words: any PolicyWords) {
    self.answer = answer
    self.action = action
    self.words = words
    texts = answer.documents.mapValues(words.statements)
  }

  var explanation: PolicyExplanation {
    let decision = answer.explanation.decision
    return PolicyExplanation(
      isAllowed: decision.isAllowed, principal: answer.principal, action: words.name(of: action),
      resource: answer.resource, reason: ReasonText.sentence(decision.ground, isAllowed: decision.isAllowed),
      obstacle: decision.isAllowed ? answer.obstacle.map(ReasonText.obstacle) : nil,
      statements: answer.explanation.statements.map(statement), grants: answer.explanation.grants.map(grant))
  }

  private func statement(_ checked: Explanation.CheckedStatement) -> PolicyExplanation.Statement {
    let text = texts[checked.source].flatMap { checked.place < $0.count ? $0[checked.place] : nil }
    return PolicyExplanation.Statement(
      layer: checked.source.layer, policy: checked.source.policy, label: checked.statement.label,
      line: text?.line, effect: checked.statement.effect == .allow ? "Allow" : "Deny",
      matches: checked.matches, decides: decides(checked), misses: misses(checked, text),
      holds: checked.conditions.filter { $0.outcome == .holds }.map(\.condition.label),
      text: text?.text ?? "")
  }

  /// The ground names the statement; which of two of that name, its own identity says.
  private func decides(_ checked: Explanation.CheckedStatement) -> Bool {
    guard let statement = answer.explanation.decision.statement else { return false }
    return checked.matches && statement === checked.statement
  }

  private func misses(_ checked: Explanation.CheckedStatement, _ text: StatementText?) -> [String] {
    var misses: [String] = []
    if !checked.coversAction { misses.append("it is about other actions") }
    if !checked.coversResource { misses.append("it is about other resources") }
    if !checked.meansCaller { misses.append("it is about other principals") }
    for condition in checked.conditions where stands(condition, in: checked.statement.effect) {
      misses.append(miss(condition, wanted: text?.conditions[condition.condition.label]))
    }
    return misses
  }

  /// Whether it keeps the statement from matching.
  private func stands(
    _ checked: Explanation.CheckedCondition, in effect: KMSDomain.Statement.Effect
  ) -> Bool {
    switch checked.outcome {
    case .holds: false
    case .fails: true
    case .unknown: effect == .allow
    }
  }

  private func miss(_ checked: Explanation.CheckedCondition, wanted: [String]?) -> String {
    let listed = wanted.map { " wants " + quoted($0) } ?? " doesn't hold"
    let has =
      switch checked.values {
      case nil: "and nobody knows what the request has"
      case let values? where values.isEmpty: "and the request has nothing"
      case let values?: "and the request has " + quoted(values)
      }
    return "condition \(checked.condition.label)\(listed), \(has)"
  }

  private func quoted(_ values: [String]) -> String {
    values.map { "\"\($0)\"" }.joined(separator: " or ")
  }

  private func grant(_ checked: Explanation.CheckedGrant) -> PolicyExplanation.Grant {
    var misses: [String] = []
    if !checked.coversAction { misses.append("it is for other operations") }
    if checked.coversAction, !checked.isMet {
      misses.append("the encryption context isn't what it asks for")
    }
    return PolicyExplanation.Grant(
      grantID: checked.grant.id.hex, grantee: checked.grant.terms.grantee,
      decides: answer.explanation.decision.ground == .grant(checked.grant.id), misses: misses)
  }
}

extension Explanation.Source {
  fileprivate var layer: String {
    switch self {
    case .identity: "identity"
    case .boundary: "boundary"
    case .session: "session"
    case .key: "key"
    case .trust: "trust"
    }
  }

  fileprivate var policy: String? {
    switch self {
    case .identity(let name), .boundary(let name), .session(let name): name
    case .key, .trust: nil
    }
  }
}
