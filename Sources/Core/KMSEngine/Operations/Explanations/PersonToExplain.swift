import KMSDomain

/// A user, a root or a role as it is now, with the documents of its policies.
struct PersonToExplain {
  let record: IdentityRecord
  private let policies: [LoadedPolicy]
  private let boundary: LoadedPolicy?

  /// - Throws: `identity(.notFound)`, `corrupt`, `storeUnavailable`.
  init(_ name: IdentityName, _ desk: Desk) async throws(KMSError) {
    let loader = PrincipalLoader(
      store: desk.store, authenticator: desk.authenticator, vocabulary: desk.vocabulary)
    record = try await desk.identity(name).present()
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
    let principal = desk.vocabulary.name(of: record)
    return Caller(
      account: record.account,
      principal: session.map { desk.vocabulary.sessionPrincipal(ofRole: principal, named: $0) } ?? principal,
      principalID: session.map { record.id.text + ":" + $0 } ?? record.id.text,
      userName: record.kind == .user ? record.name : nil, isRoot: record.kind == .root, credential: "",
      policies: policies.map(\.attached), boundary: boundary?.attached, tags: record.tags,
      session: session.map { self.session($0, ofRole: principal, desk.clock.now()) })
  }

  private func session(_ name: String, ofRole role: String, _ now: Instant) -> Session {
    Session(
      kind: .role(role), name: name, issuedAt: now, expiresAt: now.advanced(seconds: 3600), policies: nil,
      sourceIdentity: nil, provider: nil)
  }
}
