/// A policy in compiled form: what a door's compiler makes of a document. The document stays authoritative.
package struct Policy: Sendable {
  package let statements: [Statement]
  /// Of each statement, beside one another: looking for those that cover an action touches nothing else.
  private let actions: [ActionSet]
  private let principals: [NameMask]
  /// Whether a condition asks for the aliases of a key, which most decisions can do without.
  package let asksForAliases: Bool

  package init(statements: [Statement]) {
    self.statements = statements
    actions = statements.map(\.actions)
    principals = statements.map { $0.principals?.mask ?? .all }
    asksForAliases = statements.contains { $0.conditions.contains { $0.key == .resourceAliases } }
  }

  /// The place of the next statement that covers an action; nil when there is none from `start` on.
  @inline(__always)
  func place(of action: Action, from start: Int) -> Int? {
    let actions = actions.span
    var place = start
    while place < actions.count {
      if actions[place].contains(action) { return place }
      place += 1
    }
    return nil
  }

  /// The same of statements that may mean the caller.
  @inline(__always)
  func place(of action: Action, for caller: CallerMask, from start: Int) -> Int? {
    let (actions, principals) = (actions.span, principals.span)
    var place = start
    while place < actions.count {
      if actions[place].contains(action), caller.mayBe(in: principals[place]) { return place }
      place += 1
    }
    return nil
  }
}

/// A class, because every decision looks at many of them.
package final class Statement: Sendable {
  package enum Effect: Hashable, Sendable {
    case allow
    case deny
  }

  /// What explanations and audit records call it: its own id, or its position in the document ("#2").
  package let label: String
  package let effect: Effect
  /// nil in identity policies: they speak of whoever carries them.
  package let principals: PrincipalSet?
  package let actions: ActionSet
  package let resources: ResourceSet
  /// All must hold.
  package let conditions: [Condition]

  package init(
    label: String, effect: Effect, principals: PrincipalSet?, actions: ActionSet, resources: ResourceSet,
    conditions: [Condition]
  ) {
    self.label = label
    self.effect = effect
    self.principals = principals
    self.actions = actions
    self.resources = resources
    self.conditions = conditions
  }
}

/// Whom a statement of a resource policy speaks of.
package struct PrincipalSet: Hashable, Sendable {
  package enum Member: Hashable, Sendable {
    /// Everybody, of whatever account.
    case anyone
    /// An account as a whole: its root, and whoever its identity policies let.
    case account(AccountID)
    /// One principal by its exact name: a user, a role with all its sessions, or one session.
    case named(String)
    /// Whoever has a token of a provider.
    case provider(String)
  }

  package let members: [Member]
  /// The statement speaks of everybody but the members.
  package let inverted: Bool

  package init(_ members: [Member], inverted: Bool = false) {
    self.members = members
    self.inverted = inverted
  }
}

package struct ResourceSet: Hashable, Sendable {
  package let patterns: [Glob]
  /// Patterns that each request completes.
  package let templates: [Template]
  /// How many sections names have.
  package let sections: Int
  package let inverted: Bool

  package init(
    _ patterns: [Glob], templates: [Template] = [], sections: Int = 1, inverted: Bool = false
  ) {
    self.patterns = patterns
    self.sections = sections
    self.templates = templates
    self.inverted = inverted
  }

  package func contains(
    _ name: String, for effect: Statement.Effect, _ value: (ConditionKey, String) -> ContextValue
  ) -> Bool {
    contains(name, for: effect, ComparisonBudget(), value)
  }

  /// A template whose variables have no value names nothing, and an allow that would need it covers nothing. What takes too much to
  /// compare isn't covered by an allow, and is by a deny.
  func contains(
    _ name: String, for effect: Statement.Effect, _ budget: ComparisonBudget,
    _ value: (ConditionKey, String) -> ContextValue
  ) -> Bool {
    var isListed = false
    let bytes = name.utf8.count
    // All of them, as each must have its values.
    for template in templates {
      if let pattern = template.pattern(value) {
        let glob = Glob(pattern.sectioned(sections))
        guard budget.spend(pattern.bytes.count + glob.cost(bytes)) else { break }
        isListed = isListed || glob.matches(name)
      } else if effect == .allow {
        return false
      }
    }
    let patterns = patterns.span
    for index in patterns.indices where !isListed {
      guard budget.spend(patterns[index].cost(bytes)) else { break }
      isListed = patterns[index].matches(name)
    }
    return budget.isEnough ? isListed != inverted : effect == .deny
  }
}
