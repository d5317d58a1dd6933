/// May somebody do something to a key, and why?
package struct PolicyQuestion: Codable, Sendable, Equatable {
  package var account: String?
  /// A name or an ARN: a user, the root, a role (whose session is meant) or a session of a role.
  package var principal: String
  /// As policies name it: "kms:Decrypt".
  package var action: String
  /// By identifier, alias or ARN; nil for what isn't done to a key.
  package var key: String?
  package var region: String?
  /// The encryption context.
  package var context: [String: String]
  /// What conditions are to find, by the names of their keys.
  package var conditions: [String: [String]]

  package init(
    account: String?, principal: String, action: String, key: String?, region: String?,
    context: [String: String], conditions: [String: [String]]
  ) {
    self.account = account
    self.principal = principal
    self.action = action
    self.key = key
    self.region = region
    self.context = context
    self.conditions = conditions
  }
}

package struct PolicyExplanation: Codable, Sendable, Equatable {
  /// A statement that was looked at.
  package struct Statement: Codable, Sendable, Equatable {
    /// "identity", "boundary", "session", "key" or "trust".
    package var layer: String
    /// What the policy is called; nil for a layer that has only one.
    package var policy: String?
    /// Its Sid, or its position ("#2").
    package var label: String
    /// Where it begins in its document, from 1; nil where that isn't known.
    package var line: Int?
    /// "Allow" or "Deny".
    package var effect: String
    package var matches: Bool
    /// Whether it is what decided.
    package var decides: Bool
    /// Why it doesn't match: a sentence for each part that doesn't fit.
    package var misses: [String]
    /// The conditions that hold, as they are written.
    package var holds: [String]
    /// As it stands in the document.
    package var text: String

    package init(
      layer: String, policy: String?, label: String, line: Int?, effect: String, matches: Bool,
      decides: Bool, misses: [String], holds: [String], text: String
    ) {
      self.layer = layer
      self.policy = policy
      self.label = label
      self.line = line
      self.effect = effect
      self.matches = matches
      self.decides = decides
      self.misses = misses
      self.holds = holds
      self.text = text
    }
  }

  package struct Grant: Codable, Sendable, Equatable {
    package var grantID: String
    package var grantee: String
    package var decides: Bool
    /// Why it doesn't allow this; empty when it does.
    package var misses: [String]

    package init(grantID: String, grantee: String, decides: Bool, misses: [String]) {
      self.grantID = grantID
      self.grantee = grantee
      self.decides = decides
      self.misses = misses
    }
  }

  package var isAllowed: Bool
  package var principal: String
  package var action: String
  package var resource: String
  /// A sentence.
  package var reason: String
  /// Why the key couldn't be used even so; nil when it could.
  package var obstacle: String?
  package var statements: [Statement]
  package var grants: [Grant]

  package init(
    isAllowed: Bool, principal: String, action: String, resource: String, reason: String, obstacle: String?,
    statements: [Statement], grants: [Grant]
  ) {
    self.isAllowed = isAllowed
    self.principal = principal
    self.action = action
    self.resource = resource
    self.reason = reason
    self.obstacle = obstacle
    self.statements = statements
    self.grants = grants
  }
}
