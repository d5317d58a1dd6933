import KMSBytes
import KMSDomain
import SigV4

/// Proves who signed a request with the access key of a session, whose token the request carries.
///
/// A warm request costs what one with a long-term key costs: its token is compared with the one that was opened, and neither
/// store nor custody is asked. Nothing that a request with a token of somebody else's making could fill or disturb is kept.
final class SessionAuthenticator: Sendable {
  private let loader: SessionLoader
  private let vault: any SessionVault
  private let clock: any TimeSource
  private let cache: CredentialCache<LoadedSession>

  init(loader: SessionLoader, vault: any SessionVault, clock: any TimeSource, cacheLimit: Int) {
    self.loader = loader
    self.vault = vault
    self.clock = clock
    cache = CredentialCache(limit: cacheLimit)
  }

  /// - Returns: nil when something isn't at hand, or the token isn't the one that is.
  /// - Throws: `refused`, `expiredToken`.
  func authenticateWarm(_ claim: SigV4Claim, _ token: [UInt8]) throws(IdentityError) -> Identity? {
    guard let hit = cache.hit(claim.accessKey, scope: claim.scope), let key = hit.key,
      hit.loaded.isOpened(by: token)
    else { return nil }
    try requireCurrent(hit.loaded.claims)
    return try Identity(claim, of: hit.loaded.caller, under: key)
  }

  func authenticate(_ claim: SigV4Claim, _ token: [UInt8]) async throws(IdentityError) -> Identity {
    if let identity = try authenticateWarm(claim, token) { return identity }
    guard let bytes = Base64.bytes(token.span), let claims = try open(bytes, claim.accessKey) else {
      throw .invalidToken
    }
    try requireCurrent(claims)
    let loaded = try await loaded(claims, token, claim.accessKey)
    let scope = claim.scope
    let key = try SigningKey.derived { () throws(KMSError) in
      try vault.sessionSigningKey(
        bytes, accessKey: claim.accessKey, date: scope.date, region: scope.region, service: scope.service)
    }
    let identity = try Identity(claim, of: loaded.caller, under: key)
    cache.keep(key, scope: scope, of: loaded)
    return identity
  }

  func forget(principal: IdentityID) { cache.forget(principal) }

  func forget(account: AccountID) { cache.forget(account) }

  var count: Int { cache.count }

  private func open(_ token: [UInt8], _ accessKey: String) throws(IdentityError) -> SessionClaims? {
    do throws(KMSError) {
      return try vault.openSession(token, accessKey: accessKey)
    } catch {
      throw .fault(error)
    }
  }

  private func requireCurrent(_ claims: SessionClaims) throws(IdentityError) {
    guard clock.now() < claims.expiresAt else { throw .expiredToken }
  }

  /// Only claims that custody has opened get here, so that nobody waits for a load that a forged token began.
  private func loaded(
    _ claims: SessionClaims, _ token: [UInt8], _ accessKey: String
  ) async throws(IdentityError) -> LoadedSession {
    let outcome = await cache.loaded(accessKey) { [loader] () throws(KMSError) in
      try await loader.outcome(claims, token: token, accessKey: accessKey).get()
    }
    if case .success(let loaded?) = outcome, !loaded.isOpened(by: token) {
      // Two sessions whose ids are alike: the other one is in memory, and stays there.
      return try SessionAuthenticator.found(
        await loader.outcome(claims, token: token, accessKey: accessKey))
    }
    return try SessionAuthenticator.found(outcome)
  }

  private static func found(
    _ outcome: CredentialCache<LoadedSession>.Outcome
  ) throws(IdentityError) -> LoadedSession {
    switch outcome {
    case .success(let loaded?): return loaded
    case .success(nil): throw .invalidToken
    case .failure(let error): throw .fault(error)
    }
  }
}
