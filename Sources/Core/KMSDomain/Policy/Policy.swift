/// A policy in compiled form: what a door's compiler makes of a document. The document stays authoritative.
package struct Policy: Sendable {
  package let statements: [Statement]
  package init(statements: [Statement]) { self.statements = statements }
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
    /// One principal by its exact name.
    case named(String)
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
  package let inverted: Bool

  package init(_ patterns: [Glob], inverted: Bool = false) {
    self.patterns = patterns
    self.inverted = inverted
  }

  package func contains(_ name: String) -> Bool {
    patterns.contains { $0.matches(name) } != inverted
  }
}
