package import KMSDomain

/// Makes a user, group, role, managed policy or provider.
package struct CreateIdentity: Operation {
  package typealias Answer = IdentityRecord

  package let action: Action
  package let identity: IdentityName
  package let path: String
  package let tags: [Tag]
  package let body: IdentityRecord.Body
  package let operation: String

  /// - Parameter body: must be of the name's kind, with documents that are still to be judged here.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, path: String, tags: [Tag] = [],
    body: IdentityRecord.Body
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.path = path
    self.tags = tags
    self.body = body
  }

  package var asked: Asked { Asked(action, named: identity.text) }

  package struct Prepared: Sendable {
    let existing: IdentityRecord?
    let count: Int
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let found = try await desk.identity(identity)
    return Prepared(
      existing: found.record,
      count: try await desk.store.identityCount(identity.kind, of: identity.account))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    let resource = ProtectedIdentity(
      name: desk.vocabulary.identityResource(identity, path: path), account: identity.account, tags: tags)
    var facts = RequestFacts()
    facts.requestTags = tags.isEmpty ? nil : tags
    return Demands(Demand(action, on: .identity(resource), named: identity.text, facts: facts))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<IdentityRecord> {
    try permits.first.check(action, key: nil, version: nil)
    guard prepared.existing == nil else { throw .identity(.exists(identity.kind, identity.text)) }
    try IdentityLimits.check(identity.kind, count: prepared.count)
    try judge(desk)
    let record = IdentityRecord(
      id: desk.newIdentityID(identity.kind.idPrefix), account: identity.account, name: identity.text,
      path: path, createdAt: desk.clock.now(), tags: tags, body: body)
    return Performed(record, change: .addIdentity(desk.seal(record)))
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
