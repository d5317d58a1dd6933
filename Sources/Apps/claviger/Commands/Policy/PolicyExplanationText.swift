import AdminAPI

/// An explanation for people: the decision, what made it, then what else was looked at.
enum PolicyExplanationText {
  static func lines(_ explanation: PolicyExplanation) -> [String] {
    var lines = [
      explanation.isAllowed ? "ALLOWED" : "DENIED",
      "  \(explanation.principal)", "  \(explanation.action)", "  \(explanation.resource)", "",
      "because \(explanation.reason)",
    ]
    if let obstacle = explanation.obstacle {
      lines.append("but it wouldn't succeed now: \(obstacle)")
    }
    for statement in explanation.statements where statement.decides { lines += decisive(statement) }
    return lines + others(explanation) + grants(explanation.grants)
  }

  private static func decisive(_ statement: PolicyExplanation.Statement) -> [String] {
    var lines = ["", title(statement) + ":"]
    lines += statement.text.split(separator: "\n").map { "    " + $0 }
    lines += statement.holds.map { "  condition \($0): holds" }
    return lines
  }

  /// Statements about other actions are only counted: there are many, and nobody looks for them.
  private static func others(_ explanation: PolicyExplanation) -> [String] {
    let rest = explanation.statements.filter { !$0.decides }
    let near = rest.filter { isNear($0) }
    guard !rest.isEmpty else { return [] }
    var lines = ["", "also looked at:"]
    for statement in near {
      let outcome = statement.matches ? "matches" : "doesn't match"
      lines.append("  \(title(statement)): \(outcome)")
      lines += statement.misses.map { "    \($0)" }
    }
    let far = rest.count - near.count
    if far > 0 { lines.append("  \(far) \(far == 1 ? "statement" : "statements") about something else") }
    return lines
  }

  /// Fits in something that matters, or fails by no more than one thing.
  private static func isNear(_ statement: PolicyExplanation.Statement) -> Bool {
    statement.matches || statement.misses.count == 1
  }

  private static func grants(_ grants: [PolicyExplanation.Grant]) -> [String] {
    guard !grants.isEmpty else { return [] }
    return ["", "grants to the principal:"]
      + grants.map { grant in
        let outcome =
          grant.decides ? "allows it" : grant.misses.first.map { "doesn't: \($0)" } ?? "allows it too"
        return "  \(grant.grantID) for \(grant.grantee): \(outcome)"
      }
  }

  private static func title(_ statement: PolicyExplanation.Statement) -> String {
    let line = statement.line.map { ", line \($0)" } ?? ""
    return "\(statement.effect) \(statement.label) of \(layer(statement))\(line)"
  }

  private static func layer(_ statement: PolicyExplanation.Statement) -> String {
    switch (statement.layer, statement.policy) {
    case ("key", _): "the key policy"
    case ("trust", _): "the trust policy"
    case ("boundary", let name?): "the boundary \(name)"
    case ("session", let name?): "the session's policy \(name)"
    case (_, let name): "the policy \(name ?? "")"
    }
  }
}
