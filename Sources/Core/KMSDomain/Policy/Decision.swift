/// A decision and what made it.
package struct Decision: Sendable {
  package enum Ground: Sendable, Equatable {
    // Statements
    /// A statement of the key's policy.
    case keyPolicy(String)
    /// A statement of the role's trust policy.
    case trust(String)
    /// A statement of a policy that the principal carries.
    case identityPolicy(policy: String, statement: String)
    /// A deny in what limits the principal.
    case boundary(policy: String, statement: String)
    /// A deny in what limits the session.
    case sessionPolicy(policy: String, statement: String)
    // Other rights
    case grant(GrantID)
    /// The account's root needs no identity policy.
    case accountRoot
    /// Everyone may do this.
    case everyone
    /// The server itself.
    case system
    // What is missing
    /// The key policy doesn't let identity policies decide, and neither it nor a grant speaks of the caller.
    case noKeyPolicyStatement
    /// The same of a role's trust policy.
    case noTrustStatement
    /// Nothing that the caller carries allows it.
    case noIdentityStatement
    /// The caller's boundary doesn't allow it.
    case noBoundaryStatement
    /// What the caller's session was begun with doesn't allow it.
    case noSessionStatement
    /// Credentials of the caller's kind can't do this, whatever policies say.
    case credentialKind
    /// The object belongs to another of the client's own users than the one for whom it asks.
    case otherHolder
  }

  package let isAllowed: Bool
  package let ground: Ground
  /// What the ground names, where that is a statement.
  package let statement: Statement?

  package init(isAllowed: Bool, ground: Ground, statement: Statement? = nil) {
    self.isAllowed = isAllowed
    self.ground = ground
    self.statement = statement
  }

  /// The conditions that all held, as the policy has them; those of a deny may also be such as can't be evaluated.
  package var conditions: [Condition] { statement?.conditions ?? [] }

  /// A deny by a statement, as opposed to the absence of an allow.
  package var isExplicitDeny: Bool {
    guard !isAllowed else { return false }
    switch ground {
    case .keyPolicy, .trust, .identityPolicy, .boundary, .sessionPolicy: return true
    case .grant, .accountRoot, .everyone, .system, .noKeyPolicyStatement, .noTrustStatement,
      .noIdentityStatement, .noBoundaryStatement, .noSessionStatement, .credentialKind,
      .otherHolder:
      return false
    }
  }
}

/// The statement is what the ground says of it.
extension Decision: Equatable {
  package static func == (one: Decision, other: Decision) -> Bool {
    one.isAllowed == other.isAllowed && one.ground == other.ground
  }
}
