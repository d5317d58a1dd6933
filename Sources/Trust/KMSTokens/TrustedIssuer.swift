import KMSDomain

/// One issuer that the operator trusts: judges its tokens.
///
/// What costs nothing comes first; only a token that is right but for its signature makes the server ask for keys.
final class TrustedIssuer: Sendable {
  let settings: IssuerSettings
  private let keys: IssuerKeys
  /// nil: tokens may be used again.
  private let used: UsedTokens?
  private let clock: any TimeSource

  init(_ settings: IssuerSettings, keys: IssuerKeys, clock: any TimeSource) {
    self.settings = settings
    self.keys = keys
    self.clock = clock
    switch settings.replay {
    case .allow: used = nil
    case .refuse: used = UsedTokens(since: clock.now())
    }
  }

  /// - Parameter token: of which this is the issuer.
  func verify(_ token: ReadToken, for accepted: [String]) async throws(TokenFault) -> VerifiedToken {
    guard settings.algorithms.contains(token.algorithm) else { throw .algorithm }
    let subject = try token.text("sub")
    let audiences = try token.audiences()
    let party = try token.optionalText("azp")
    let audience = try audience(audiences, party, accepted)
    let times = try token.times(now: clock.now())
    try await prove(token, times)
    let claims = ConditionClaims(token.claims, audiences: audiences, party: party)
    return VerifiedToken(
      issuer: settings.issuer, subject: subject, audience: audience, claims: claims.values,
      unread: claims.unread, expiresAt: times.expiresAt)
  }

  /// The same for a statement about an environment: it is about nobody, and for an audience only where the operator wants one.
  func verify(statement token: ReadToken) async throws(TokenFault) {
    guard settings.algorithms.contains(token.algorithm) else { throw .algorithm }
    if !settings.audiences.isEmpty {
      guard try token.audiences().contains(where: settings.audiences.contains) else { throw .wrongAudience }
    }
    try await prove(token, try token.times(now: clock.now()))
  }

  /// That one of the issuer's keys made it, and that it isn't used up.
  private func prove(_ token: ReadToken, _ times: TokenTimes) async throws(TokenFault) {
    let key = try await keys.key(token.keyID, token.algorithm)
    guard key.signed(token.signed, as: token.signature, by: token.algorithm) else { throw .badSignature }
    guard let used else { return }
    guard let issuedAt = times.issuedAt else { throw .missingClaim("iat") }
    try used.use(
      token.optionalText("jti"), signed: token.signed, issuedAt: issuedAt, expiresAt: times.expiresAt,
      now: clock.now())
  }

  /// Whom the token was issued to is the authorised party where it names one, one of its audiences otherwise.
  private func audience(
    _ audiences: [String], _ party: String?, _ accepted: [String]
  ) throws(TokenFault) -> String {
    let own = settings.audiences
    guard own.isEmpty || audiences.contains(where: own.contains),
      let found = (party.map { [$0] } ?? audiences).first(where: accepted.contains)
    else { throw .wrongAudience }
    return found
  }
}
