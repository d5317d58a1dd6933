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
  private let cache: AccessKeyCache

  /// - Parameter realClock: not the one that a development server may advance.
  /// - Parameter cacheLimit: access keys kept; at least one.
  package init(
    store: any Store, vault: any CredentialVault, authenticator: any RecordAuthenticator,
    vocabulary: any PolicyVocabulary, realClock: any TimeSource, cacheLimit: Int
  ) {
    loader = AccessKeyLoader(store: store, authenticator: authenticator, vocabulary: vocabulary)
    self.vault = vault
    clock = realClock
    cache = AccessKeyCache(limit: cacheLimit)
  }

  /// Answers without waiting, when everything that it needs is at hand.
  /// - Returns: nil when it isn't: ask `authenticate`. That a request is refused doesn't need to wait.
  /// - Throws: `refused`, `invalidToken`.
  package func authenticateWarm(_ request: SignedRequest) throws(IdentityError) -> Identity? {
    let claim = try claim(request)
    guard let hit = cache.hit(claim.accessKey, scope: claim.scope), let key = hit.key else { return nil }
    return try identity(claim, of: hit.loaded, under: key)
  }

  /// Loads what isn't at hand: one load, however many ask at once.
  package func authenticate(_ request: SignedRequest) async throws(IdentityError) -> Identity {
    let claim = try claim(request)
    guard let hit = cache.hit(claim.accessKey, scope: claim.scope), let key = hit.key else {
      return try await authenticateCold(claim)
    }
    return try identity(claim, of: hit.loaded, under: key)
  }

  /// Requests that begin afterwards see the change; so with the next two.
  package func forget(accessKey: String) { cache.forget(accessKey) }

  package func forget(principal: IdentityID) { cache.forget(principal) }

  package func forgetAll() { cache.forgetAll() }

  /// Access keys in memory.
  package var cachedKeys: Int { cache.count }

  private func authenticateCold(_ claim: SigV4Claim) async throws(IdentityError) -> Identity {
    let loaded = try await loaded(claim.accessKey)
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
    guard !claim.hasSessionToken else { throw .invalidToken }
    return claim
  }

  private func identity(
    _ claim: SigV4Claim, of loaded: LoadedAccessKey, under key: SigningKey
  ) throws(IdentityError) -> Identity {
    guard claim.isSigned(by: key) else { throw .refused(.signatureMismatch) }
    return Identity(caller: loaded.caller, region: claim.scope.region, service: claim.scope.service)
  }

  private func loaded(_ id: String) async throws(IdentityError) -> LoadedAccessKey {
    let outcome = await cache.loaded(id) { [loader] in
      do throws(KMSError) {
        return .success(try await loader.load(id))
      } catch {
        return .failure(error)
      }
    }
    switch outcome {
    case .success(let loaded?): return loaded
    case .success(nil): throw .unknownKey
    case .failure(let error): throw .fault(error)
    }
  }

  private func signingKey(_ scope: CredentialScope, of loaded: LoadedAccessKey) throws(IdentityError)
    -> SigningKey
  {
    do throws(KMSError) {
      let secret = try vault.signingKey(
        for: loaded.record, date: scope.date, region: scope.region, service: scope.service)
      guard let key = secret.readOnce({ SigningKey(derived: $0) }) ?? nil else { throw .custodyUnavailable }
      return key
    } catch {
      throw .fault(error)
    }
  }
}
