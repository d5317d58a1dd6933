import KMSBytes
import KMSDomain

/// A session whose token was opened, with its principal in the form that decisions need.
final class LoadedSession: LoadedCredential {
  let id: String
  let claims: SessionClaims
  let caller: Caller
  /// As it stands in requests.
  private let token: [UInt8]

  var principal: IdentityID { claims.principal }
  var account: AccountID { claims.account }

  init(id: String, claims: SessionClaims, token: [UInt8], caller: Caller) {
    self.id = id
    self.claims = claims
    self.token = token
    self.caller = caller
  }

  func isOpened(by token: [UInt8]) -> Bool { ConstantTime.equal(self.token, token) }
}

/// Finds who acts in a session: its principal as it is now, and what the session was begun with.
struct SessionLoader: Sendable {
  let principals: PrincipalLoader

  func outcome(
    _ claims: SessionClaims, token: [UInt8], accessKey: String
  ) async -> CredentialCache<LoadedSession>.Outcome {
    do throws(KMSError) {
      guard let caller = try await caller(claims, accessKey) else { return .success(nil) }
      return .success(LoadedSession(id: accessKey, claims: claims, token: token, caller: caller))
    } catch {
      return .failure(error)
    }
  }

  /// - Returns: nil when the principal, or a policy that the session is limited by, is gone.
  private func caller(_ claims: SessionClaims, _ accessKey: String) async throws(KMSError) -> Caller? {
    guard let record = try await principals.record(claims.principal), claims.fits(record),
      let policies = try await sessionPolicies(claims)
    else { return nil }
    let principal = try await principals.caller(record, credential: accessKey)
    return Caller(
      account: claims.account,
      principal: principals.vocabulary.sessionPrincipal(claims, of: principal.principal),
      principalID: claims.callerID, userName: claims.kind == .user ? principal.userName : nil,
      isRoot: claims.kind == .user && principal.isRoot, credential: accessKey, policies: principal.policies,
      boundary: principal.boundary, tags: claims.tags(over: principal.tags),
      session: Session(
        kind: claims.sessionKind(of: principal.principal), of: claims.principal, name: claims.name,
        issuedAt: claims.issuedAt,
        expiresAt: claims.expiresAt, policies: policies.all, sourceIdentity: claims.sourceIdentity,
        provider: claims.provider, transitiveTags: claims.transitive))
  }

  private struct Policies {
    /// nil: no limit.
    let all: [AttachedPolicy]?
  }

  private func sessionPolicies(_ claims: SessionClaims) async throws(KMSError) -> Policies? {
    guard let policies = claims.policies else { return Policies(all: nil) }
    var result: [AttachedPolicy] = []
    if let document = policies.document {
      result.append(AttachedPolicy(name: "session", policy: try principals.compile(document, as: .session)))
    }
    for reference in policies.managed {
      if case .own(let id) = reference {
        // Nothing keeps a policy from being removed that only sessions have.
        guard let record = try await principals.record(id), record.kind == .policy else { return nil }
      }
      result.append(try await principals.policy(reference).attached)
    }
    return Policies(all: result)
  }
}

extension SessionClaims {
  /// Whether the record is of what the session was begun with.
  fileprivate func fits(_ record: IdentityRecord) -> Bool {
    guard record.account == account else { return false }
    switch kind {
    case .role: return record.kind == .role
    case .federated, .user: return record.kind == .user || record.kind == .root
    }
  }

  /// What conditions call the caller's id: which principal, and under which name.
  fileprivate var callerID: String {
    switch kind {
    case .role: "\(principal.text):\(name)"
    case .federated: "\(account.text):\(name)"
    case .user: principal.text
    }
  }

  fileprivate func sessionKind(of principal: String) -> Session.Kind {
    switch kind {
    case .role: .role(principal)
    case .federated: .federated(by: principal)
    case .user: .user
    }
  }

  fileprivate var transitive: [Tag] {
    let keys = Set(transitiveTags.map { $0.lowercased() })
    return tags.filter { keys.contains($0.key.lowercased()) }
  }

  /// A tag of the session takes the place of one of the principal. Keys differ by more than their case.
  fileprivate func tags(over others: [Tag]) -> [Tag] {
    let own = Set(tags.map { $0.key.lowercased() })
    return tags + others.filter { !own.contains($0.key.lowercased()) }
  }
}
