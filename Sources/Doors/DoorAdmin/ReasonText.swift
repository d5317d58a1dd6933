import KMSDomain

/// Why a decision is what it is, in a sentence that says what to look at.
enum ReasonText {
  static func sentence(_ ground: Decision.Ground, isAllowed: Bool) -> String {
    let verb = isAllowed ? "allows" : "denies"
    switch ground {
    case .keyPolicy(let label): return "the key policy \(verb) it, in statement \(label)"
    case .trust(let label): return "the role's trust policy \(verb) it, in statement \(label)"
    case .identityPolicy(let policy, let label):
      return "the policy \(policy) of the principal \(verb) it, in statement \(label)"
    case .boundary(let policy, let label):
      return "the boundary \(policy) of the principal denies it, in statement \(label)"
    case .sessionPolicy(let policy, let label):
      return "the policy \(policy) of the session denies it, in statement \(label)"
    case .grant(let id): return "the grant \(id.hex) allows it"
    case .accountRoot: return "the account's root may do whatever is left to the account"
    case .everyone: return "everybody may do this"
    case .system: return "only the owner of the server decides about this"
    case .noKeyPolicyStatement, .noTrustStatement, .noIdentityStatement, .noBoundaryStatement,
      .noSessionStatement, .credentialKind, .otherHolder:
      return missing(ground)
    }
  }

  /// Nothing denies it, but something that would have to allow it doesn't.
  private static func missing(_ ground: Decision.Ground) -> String {
    switch ground {
    case .noKeyPolicyStatement:
      """
      the key policy is missing: no statement of it allows the principal, none leaves the decision to the principal's \
      account, and no grant allows it
      """
    case .noTrustStatement: "the role's trust policy is missing: no statement of it lets the principal in"
    case .noIdentityStatement:
      "the principal's own policies are missing: none that it carries, itself or by its groups, allows it"
    case .noBoundaryStatement: "the principal's boundary is missing: it doesn't allow it, whatever else does"
    case .noSessionStatement:
      "the session's policies are missing: they don't allow it, whatever else does"
    case .credentialKind: "credentials of this kind can't do this, whatever policies say"
    case .otherHolder: "the object belongs to another of the client's own users"
    case .keyPolicy, .trust, .identityPolicy, .boundary, .sessionPolicy, .grant, .accountRoot, .everyone,
      .system:
      ""
    }
  }

  /// What stands in the way of somebody who may.
  static func obstacle(_ error: KMSError) -> String {
    if case .keyDisabled = error { return "the key is disabled" }
    if case .keyPendingDeletion = error { return "the key is to be deleted" }
    if case .keyNotPendingDeletion = error { return "the key isn't to be deleted" }
    if case .keyPendingImport = error { return "the key has no material yet" }
    if case .keyDestroyed = error { return "the key is destroyed" }
    if case .invalidKeyUsage = error { return "keys of this kind can't do this" }
    return "the key can't do this as it is (\(error.code))"
  }
}
