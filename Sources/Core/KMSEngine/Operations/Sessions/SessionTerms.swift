package import KMSDomain

/// What somebody asks for in a session.
package struct SessionTerms: Sendable {
  /// A managed policy, as the caller named it.
  package struct PolicyName: Sendable {
    package let text: String
    /// nil for one that every account has.
    package let identity: IdentityName?

    package init(_ text: String, _ identity: IdentityName?) {
      self.text = text
      self.identity = identity
    }
  }

  package let name: String
  /// nil: the usual.
  package let seconds: Int?
  package let policy: [UInt8]?
  package let policies: [PolicyName]
  package let tags: [Tag]
  package let transitiveTags: [String]
  package let sourceIdentity: String?
  package let externalID: String?

  package init(
    name: String, seconds: Int?, policy: [UInt8]? = nil, policies: [PolicyName] = [], tags: [Tag] = [],
    transitiveTags: [String] = [], sourceIdentity: String? = nil, externalID: String? = nil
  ) {
    self.name = name
    self.seconds = seconds
    self.policy = policy
    self.policies = policies
    self.tags = tags
    self.transitiveTags = transitiveTags
    self.sourceIdentity = sourceIdentity
    self.externalID = externalID
  }

  var facts: SessionFacts {
    SessionFacts(
      name: name, externalID: externalID, sourceIdentity: sourceIdentity, transitiveTagNames: transitiveTags)
  }

  /// Whether a limit is asked for.
  var hasPolicies: Bool { policy != nil || !policies.isEmpty }
}

/// A session that has begun.
package struct BegunSession: Sendable {
  package let credentials: SessionCredentials
  package let claims: SessionClaims
  /// What policies call whoever acts in it.
  package let principal: String
  /// How much of a token its policies and tags take, in per cent; nil when there are none.
  package let size: Int?
}

/// How long sessions last, in seconds, and how much they carry.
enum SessionLimits {
  static let usualForRole = 3600
  /// Of a role's session that is begun by another session.
  static let chained = 3600
  static let usualForUser = 43_200
  /// Of the root's own sessions, and of those it vouches for.
  static let root = 3600
  /// Bytes of policies, tags and their names in a token: a token then fits into what clients put in headers and queries.
  static let packed = 6144
}
