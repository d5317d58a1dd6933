import KMSBytes
package import KMSDomain

/// A role that somebody wants to act as, and what for.
package struct RoleToAssume: Sendable {
  /// As the caller wrote it.
  package let text: String
  package let identity: IdentityName
  package let terms: SessionTerms

  package init(_ text: String, _ identity: IdentityName, _ terms: SessionTerms) {
    self.text = text
    self.identity = identity
    self.terms = terms
  }

  /// As records have it. No role's ARN is longer (512 characters of path, 64 of name), and whoever asks may be anybody.
  var named: String { text.truncated(toBytes: 640) }

  package struct Prepared: Sendable {
    let role: FoundIdentity
    /// Or why there are none, which is told only to whoever may act as the role: they may be another account's.
    let policies: Result<SessionClaims.Policies?, KMSError>
  }

  func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let role = try await desk.role(self)
    let policies: Result<SessionClaims.Policies?, KMSError> =
      terms.hasPolicies
      ? await desk.sessionPolicies(terms, of: identity.account).map { $0 } : .success(nil)
    return Prepared(role: role, policies: policies)
  }

  /// The right to act as the role, and to whatever else is asked for.
  /// - Parameter tags: all that the session will have.
  func demands(_ action: Action, _ prepared: Prepared, tags: [Tag]) -> Demands {
    var facts = RequestFacts()
    facts.session = terms.facts
    facts.requestTags = tags.isEmpty ? nil : tags
    let role = ProtectedResource.identity(prepared.role.resource)
    func demand(_ action: Action) -> Demand { Demand(action, on: role, named: named, facts: facts) }
    let extra = [
      tags.isEmpty ? nil : Action.tagSession, terms.sourceIdentity == nil ? nil : .setSourceIdentity,
    ].compactMap { $0 }
    return Demands(demand(action), extra.first.map(demand), extra.count > 1 ? extra.last.map(demand) : nil)
  }

  /// - Parameter inChain: another role's session begins this one.
  /// - Throws: `session(.tooLong)`, `.tooLongInChain`, `.tooLarge`, `.policyNotFound`; `malformedPolicy`.
  func begin(
    _ prepared: Prepared, tags: [Tag], transitiveTags: [String], provider: String?, inChain: Bool,
    _ desk: Desk, permit: borrowing Permit
  ) throws(KMSError) -> Performed<BegunSession> {
    // Whoever may act as a role named one that is there.
    guard let record = prepared.role.record, case .role(let role) = record.body else { throw .permitMismatch }
    let seconds = terms.seconds ?? SessionLimits.usualForRole
    guard !inChain || seconds <= SessionLimits.chained else { throw .session(.tooLongInChain) }
    guard seconds <= role.maxSessionSeconds else { throw .session(.tooLong) }
    let now = desk.clock.now()
    let claims = SessionClaims(
      kind: .role, account: record.account, principal: record.id, name: terms.name, issuedAt: now,
      expiresAt: now.advanced(seconds: Int64(seconds)), policies: try prepared.policies.get(), tags: tags,
      transitiveTags: transitiveTags, sourceIdentity: terms.sourceIdentity, provider: provider)
    return try desk.begin(claims, of: desk.vocabulary.name(of: record), permit: permit)
  }
}

extension Desk {
  /// A role, as far as it is there under exactly this name, path and all.
  fileprivate func role(_ wanted: RoleToAssume) async throws(KMSError) -> FoundIdentity {
    let name = wanted.identity
    let found = try await identity(name)
    if let record = found.record, vocabulary.name(of: record) == wanted.text { return found }
    return FoundIdentity(
      name: name, record: nil, resource: ProtectedIdentity(name: wanted.named, account: name.account))
  }
}
