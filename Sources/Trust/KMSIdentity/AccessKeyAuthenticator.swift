package import KMSBytes
package import KMSDomain
package import SigV4

/// Proves who signed a request with an access key (AWS Signature Version 4).
///
/// It caches access keys, compiled policies and derived signing keys, never the outcome of a verification: each request
/// is verified by itself.
package final class AccessKeyAuthenticator: IdentityMemory {
  private let loader: AccessKeyLoader
  private let vault: any CredentialVault
  /// The real clock: signers know no other.
  private let clock: any TimeSource
  private let cache: CredentialCache<LoadedAccessKey>
  private let uses = AccessKeyUses()
  private let sessions: SessionAuthenticator
  /// nil: everybody may have looked for whatever key.
  private let gate: StrangerGate?
  private let known = KnownKeys()

  /// - Parameter realClock: not the one that a development server may advance.
  /// - Parameter clock: the one by which sessions end.
  /// - Parameter cacheLimit: access keys kept, and as many sessions; at least one.
  /// - Parameter unknownKeys: how often keys are looked for that nobody here knows, by a clock that nobody moves.
  package init(
    store: any Store, vault: any CredentialVault & SessionVault, authenticator: any RecordAuthenticator,
    vocabulary: any PolicyVocabulary, realClock: any TimeSource, clock: any TimeSource, cacheLimit: Int,
    unknownKeys: (quotas: UnknownKeyQuotas, clock: any TimeSource)? = nil
  ) {
    gate = unknownKeys.map { StrangerGate($0.quotas, clock: $0.clock) }
    let loader = AccessKeyLoader(store: store, authenticator: authenticator, vocabulary: vocabulary)
    self.loader = loader
    self.vault = vault
    self.clock = realClock
    cache = CredentialCache(limit: cacheLimit)
    sessions = SessionAuthenticator(
      loader: SessionLoader(principals: loader.principals), vault: vault, clock: clock, cacheLimit: cacheLimit
    )
  }

  /// Answers without waiting, when everything that it needs is at hand.
  /// - Returns: nil when it isn't: ask `authenticate`. That a request is refused doesn't need to wait.
  /// - Throws: `refused`, `expiredToken`; `throttled` where `authenticate` would throw it now.
  package func authenticateWarm(
    _ request: SignedRequest, from source: String = ""
  ) throws(IdentityError) -> Identity? {
    let claim = try claim(request)
    if let token = claim.sessionToken { return try sessions.authenticateWarm(claim, token) }
    guard let hit = cache.hit(claim.accessKey, scope: claim.scope) else {
      if let gate, gate.isClosed(to: source), !known.contains(claim.accessKey) { throw .throttled }
      return nil
    }
    guard let key = hit.key else { return nil }
    return try identity(claim, of: hit.loaded, under: key)
  }

  /// Loads what isn't at hand: one load, however many ask at once.
  /// - Parameter source: where the request came from: see `StrangerGate`.
  package func authenticate(
    _ request: SignedRequest, from source: String = ""
  ) async throws(IdentityError) -> Identity {
    let claim = try claim(request)
    // Tokens that aren't ours lead to no key, so nobody has to count who brings them.
    if let token = claim.sessionToken { return try await sessions.authenticate(claim, token) }
    guard let hit = cache.hit(claim.accessKey, scope: claim.scope) else {
      return try authenticateCold(claim, of: try await search(claim.accessKey, for: source))
    }
    guard let key = hit.key else { return try authenticateCold(claim, of: hit.loaded) }
    return try identity(claim, of: hit.loaded, under: key)
  }

  /// Requests that begin afterwards see the change; so with the next two. That the key exists is no secret worth forgetting: if
  /// it doesn't any more, the next search finds out.
  package func forget(accessKey: String) { cache.forget(accessKey) }

  /// Nobody signs by a certificate.
  package func forget(certificate: CertificateFingerprint) {}
  package func forget(application: GUID) {}

  package func forget(principal: IdentityID) {
    cache.forget(principal)
    sessions.forget(principal: principal)
  }

  package func forgetAll(of account: AccountID) {
    cache.forget(account)
    sessions.forget(account: account)
  }

  package func unstoredUse(of accessKey: String) -> AccessKeyUse? { uses[accessKey] }

  package var unstoredUses: [AccessKeyUse] { uses.all }

  package func settle(_ stored: [AccessKeyUse]) { uses.settle(stored) }

  /// Access keys in memory.
  package var cachedKeys: Int { cache.count }
  /// Sessions in memory.
  package var cachedSessions: Int { sessions.count }

  /// Notes that a request was refused because of `throttled` without asking `authenticate`.
  package func countTurnedAway() { gate?.countTurnedAway() }

  /// How many requests with unknown access keys were refused unseen.
  package var turnedAway: UInt64 { gate?.turnedAway ?? 0 }

  /// Asks the store, if it may be asked for one more key that may not exist.
  private func search(_ id: String, for source: String) async throws(IdentityError) -> LoadedAccessKey {
    guard let gate else { return try await loaded(id) }
    if known.contains(id) {
      do throws(IdentityError) {
        let found = try await loaded(id)
        known.insert(id)
        return found
      } catch {
        if error == .unknownKey { known.remove(id) }
        throw error
      }
    }
    guard gate.admits(source) else { throw .throttled }
    let found = try await loaded(id)
    gate.welcome(source)
    known.insert(id)
    return found
  }

  private func authenticateCold(
    _ claim: SigV4Claim, of loaded: LoadedAccessKey
  ) throws(IdentityError) -> Identity {
    let key = try signingKey(claim.scope, of: loaded)
    let identity = try identity(claim, of: loaded, under: key)
    cache.keep(key, scope: claim.scope, of: loaded)
    return identity
  }

  /// Everything that the request alone decides. Time comes before any load: replayed floods cost no reads.
  private func claim(_ request: SignedRequest) throws(IdentityError) -> SigV4Claim {
    let claim: SigV4Claim
    do throws(SigV4Refusal) {
      claim = try SigV4Claim(request)
      try claim.checkTime(now: Timestamp(milliseconds: clock.now().milliseconds))
    } catch {
      throw .refused(error)
    }
    return claim
  }

  private func identity(
    _ claim: SigV4Claim, of loaded: LoadedAccessKey, under key: SigningKey
  ) throws(IdentityError) -> Identity {
    let identity = try Identity(claim, of: loaded.caller, under: key)
    note(claim, of: loaded)
    return identity
  }

  private func note(_ claim: SigV4Claim, of loaded: LoadedAccessKey) {
    let now = clock.now()
    guard loaded.isNews(now, claim.scope) else { return }
    uses.note(
      AccessKeyUse(
        accessKey: loaded.record.id, time: now, region: claim.scope.region, service: claim.scope.service))
  }

  private func loaded(_ id: String) async throws(IdentityError) -> LoadedAccessKey {
    let outcome = await cache.loaded(id) { [loader] () throws(KMSError) in try await loader.load(id) }
    switch outcome {
    case .success(let loaded?): return loaded
    case .success(nil): throw .unknownKey
    case .failure(let error): throw .fault(error)
    }
  }

  private func signingKey(_ scope: CredentialScope, of loaded: LoadedAccessKey) throws(IdentityError)
    -> SigningKey
  {
    try SigningKey.derived { () throws(KMSError) in
      try vault.signingKey(
        for: loaded.record, date: scope.date, region: scope.region, service: scope.service)
    }
  }
}

extension SigningKey {
  /// What custody derives, ready for use.
  /// - Throws: `fault`.
  static func derived(by custody: () throws(KMSError) -> Payload) throws(IdentityError) -> SigningKey {
    do throws(KMSError) {
      guard let key = try custody().readOnce({ SigningKey(derived: $0) }) ?? nil else {
        throw .custodyUnavailable
      }
      return key
    } catch {
      throw .fault(error)
    }
  }
}

extension Identity {
  /// - Throws: `refused(.signatureMismatch)` unless the holder of the key made this claim.
  init(_ claim: SigV4Claim, of caller: Caller, under key: SigningKey) throws(IdentityError) {
    guard claim.isSigned(by: key) else { throw .refused(.signatureMismatch) }
    self.init(caller: caller, region: claim.scope.region, service: claim.scope.service)
  }
}
