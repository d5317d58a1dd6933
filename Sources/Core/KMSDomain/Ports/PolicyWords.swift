/// What the owner of the server says to people who don't write policies: ready-made roles, and the documents behind them.
/// Only doors build and parse names, so that one of them speaks for the others.
package protocol PolicyWords: Sendable {
  var readyMadeRoles: [ReadyMadeRole] { get }
  /// A policy that gives the role on the named keys only.
  /// - Parameter keys: what policies call them.
  /// - Returns: nil for a role that means more than keys.
  func limiting(_ role: ReadyMadeRole, to keys: [String]) -> [UInt8]?
  /// A policy that lets somebody act as the role that it hangs on.
  func trusting(_ party: TrustedParty) -> [UInt8]
  /// A key as a person writes it: an identifier, an alias with or without its prefix, or a whole name.
  /// - Returns: nil for what can't be a key of that Region.
  func key(_ text: String, of account: AccountID, in region: String) -> KeyReference?
  /// Whether a user or role may be called so.
  func isPrincipalName(_ text: String) -> Bool
  /// The issuer of a URL, as identities are named after it; nil for what isn't one.
  func issuer(_ url: String) -> String?

  // Explanations
  /// Who may be meant by a name or a whole name, the likeliest first; empty for what can't be anybody.
  func principals(_ text: String, of account: AccountID) -> [NamedPrincipal]
  /// The action of a name in policies, in any case; nil for one that they don't speak of.
  func action(_ name: String) -> Action?
  func name(of action: Action) -> String
  /// The name of a condition key as `Condition.name` has it; nil for what isn't one.
  func conditionKey(_ name: String) -> String?
  /// What requests always have and a question may leave open: no values, so that conditions find none.
  var openConditionKeys: [String] { get }
  /// The statements of a document in their order; empty for what isn't a policy.
  func statements(in document: [UInt8]) -> [StatementText]
}

/// Somebody as a person names them.
package enum NamedPrincipal: Sendable {
  case identity(IdentityName)
  case session(IdentityName, name: String)
}

/// One statement as it stands in its document.
package struct StatementText: Sendable {
  package let text: String
  /// Where it begins, from 1.
  package let line: Int
  /// The values that each condition lists, by `Condition.label`.
  package let conditions: [String: [String]]

  package init(text: String, line: Int, conditions: [String: [String]]) {
    self.text = text
    self.line = line
    self.conditions = conditions
  }
}

/// Rights that belong together, under a name for people.
package struct ReadyMadeRole: Sendable {
  package let name: String
  package let summary: String
  /// What policies call the one that gives it on all keys; every account has it.
  package let policy: String

  package init(name: String, summary: String, policy: String) {
    self.name = name
    self.summary = summary
    self.policy = policy
  }

  /// What the policy is called that was written for a few keys.
  package var inlineName: String { "claviger-" + name }
}

/// Who may act as a role, in the words of policies.
package enum TrustedParty: Sendable {
  /// A user, or the account by the name of its root.
  case principal(String)
  /// Whoever has a token of the issuer for one of the audiences and with one of the subjects.
  /// - Parameter provider: what policies call the issuer.
  case tokens(provider: String, issuer: String, audiences: [String], subjects: [String])
}
