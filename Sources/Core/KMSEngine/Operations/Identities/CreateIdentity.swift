package import KMSDomain

/// Makes a user, group, role, managed policy or provider.
package struct CreateIdentity: Operation {
  package typealias Answer = DescribedIdentity

  package let action: Action
  package let identity: IdentityName
  package let path: String
  package let tags: [Tag]
  package let body: IdentityRecord.Body
  package let boundary: PolicyName?
  package let operation: String

  /// - Parameter body: must be of the name's kind, with documents that are still to be judged here.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, path: String, tags: [Tag] = [],
    body: IdentityRecord.Body, boundary: PolicyName? = nil
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.path = path
    self.tags = tags
    self.body = body
    self.boundary = boundary
  }

  package var asked: Asked { Asked(action, named: identity.text) }

  package struct Prepared: Sendable {
    let existing: IdentityRecord?
    let count: Int
    /// nil also when there is no policy of that name.
    let boundary: IdentityRecord.PolicyReference?
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.identity(identity)
    var reference: IdentityRecord.PolicyReference?
    if let boundary { reference = try await desk.policy(boundary) }
    return Prepared(
      existing: found.record,
      count: try await desk.store.identityCount(identity.kind, of: identity.account), boundary: reference)
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let resource = ProtectedIdentity(
      name: desk.vocabulary.identityResource(identity, path: path), account: identity.account, tags: tags)
    var facts = RequestFacts.about(boundary: boundary.map(desk.vocabulary.name))
    facts.requestTags = tags.isEmpty ? nil : tags
    let first = Demand(action, on: .identity(resource), named: identity.text, facts: facts)
    guard !tags.isEmpty, let tagging = identity.kind.taggingAction else { return Demands(first) }
    return Demands(first, Demand(tagging, on: .identity(resource), named: identity.text, facts: facts))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<DescribedIdentity> {
    try permits.first.check(action, key: nil, version: nil)
    guard prepared.existing == nil else { throw .identity(.exists(identity.kind, identity.text)) }
    try IdentityLimits.check(identity.kind, count: prepared.count)
    try judge(desk)
    var record = IdentityRecord(
      id: desk.newIdentityID(identity.kind.idPrefix), account: identity.account, name: identity.text,
      path: path, createdAt: desk.clock.now(), tags: tags, body: body)
    let limit = boundary.map(desk.vocabulary.name)
    if let limit {
      guard let reference = prepared.boundary else { throw .identity(.policyNotAttachable(limit)) }
      record.carried.boundary = reference
    }
    return Performed(
      DescribedIdentity(record: record, boundary: limit), change: .addIdentity(desk.seal(record)))
  }

  /// Documents that aren't policies are refused before anything is kept.
  private func judge(_ desk: Desk) throws(KMSError) {
    switch body {
    case .root, .user, .group, .provider: return
    case .role(let role): _ = try desk.vocabulary.compile(role.trust, as: .trust)
    case .policy(let policy):
      for version in policy.versions { _ = try desk.vocabulary.compile(version.document, as: .identity) }
    }
  }
}

extension IdentityKind {
  /// How ids of this kind begin.
  var idPrefix: String {
    switch self {
    case .root: ""
    case .user: "AIDA"
    case .group: "AGPA"
    case .role: "AROA"
    case .policy: "ANPA"
    case .provider: "OIDC"
    }
  }
}

extension IdentityKind {
  /// The right to give tags to this kind, which making one with tags needs too; nil for those without tags.
  fileprivate var taggingAction: Action? {
    switch self {
    case .root, .group: nil
    case .user: .tagUser
    case .role: .tagRole
    case .policy: .tagPolicy
    case .provider: .tagOpenIDConnectProvider
    }
  }
}

/// How many there may be: AWS's default quotas.
enum IdentityLimits {
  static func check(_ kind: IdentityKind, count: Int) throws(KMSError) {
    let (most, quota): (Int, IdentityFault.Quota)
    switch kind {
    case .root: return
    case .user: (most, quota) = (5000, .users)
    case .group: (most, quota) = (300, .groups)
    case .role: (most, quota) = (1000, .roles)
    case .policy: (most, quota) = (1500, .policies)
    case .provider: (most, quota) = (100, .providers)
    }
    guard count < most else { throw .identity(.tooMany(quota, most)) }
  }
}
