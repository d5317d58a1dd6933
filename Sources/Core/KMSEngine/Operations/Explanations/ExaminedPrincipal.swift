package import KMSDomain

/// A user, a root, a group or a role as it is now, with the documents of its policies: for looking at, not for acting as.
package struct ExaminedPrincipal: Sendable {
  package let record: IdentityRecord
  /// What policies call it.
  package let name: String
  package let policies: [LoadedPolicy]
  package let boundary: LoadedPolicy?

  /// - Throws: `corrupt`, `storeUnavailable`.
  init(_ record: IdentityRecord, _ desk: Desk) async throws(KMSError) {
    let loader = PrincipalLoader(
      store: desk.store, authenticator: desk.authenticator, vocabulary: desk.vocabulary)
    self.record = record
    name = desk.vocabulary.name(of: record)
    policies = try await loader.policies(of: record)
    boundary = try await loader.boundary(of: record)
  }

  var documents: [Explanation.Source: [UInt8]] {
    var documents: [Explanation.Source: [UInt8]] = [:]
    for policy in policies { documents[.identity(policy.attached.name)] = policy.document }
    if let boundary { documents[.boundary(boundary.attached.name)] = boundary.document }
    return documents
  }

  /// - Parameter session: the name of a session; roles act only in one.
  func caller(in session: String?, _ desk: Desk) -> Caller {
    Caller(
      account: record.account,
      principal: session.map { self.name(ofSession: $0, desk) } ?? name,
      principalID: session.map { record.id.text + ":" + $0 } ?? record.id.text,
      userName: record.kind == .user ? record.name : nil, isRoot: record.kind == .root, credential: "",
      policies: policies.map(\.attached), boundary: boundary?.attached, tags: record.tags,
      session: session.map { self.session($0, desk.clock.now()) })
  }

  private func name(ofSession session: String, _ desk: Desk) -> String {
    let now = desk.clock.now()
    let claims = SessionClaims(
      kind: .role, account: record.account, principal: record.id, name: session, issuedAt: now, expiresAt: now
    )
    return desk.vocabulary.sessionPrincipal(claims, of: name)
  }

  private func session(_ session: String, _ now: Instant) -> Session {
    Session(
      kind: .role(name), of: record.id, name: session, issuedAt: now, expiresAt: now.advanced(seconds: 3600),
      policies: nil,
      sourceIdentity: nil, provider: nil)
  }
}
