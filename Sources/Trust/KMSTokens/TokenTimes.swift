import KMSDomain

/// From when to when a token is good.
struct TokenTimes: Sendable {
  let expiresAt: Instant
  let issuedAt: Instant?
  /// In seconds since the Unix epoch, as the token has them.
  private let expiry: Double
  /// The latest of the times before which it isn't good.
  private let start: Double

  fileprivate init(expiry: Double, issued: Double?, notBefore: Double?) {
    self.expiry = expiry
    start = max(issued ?? 0, notBefore ?? 0)
    expiresAt = Instant(milliseconds: Int64(expiry * 1000))
    issuedAt = issued.map { Instant(milliseconds: Int64($0 * 1000)) }
  }

  /// - Throws: `expired`, `notYetValid`.
  func require(at now: Instant) throws(TokenFault) {
    let now = Double(now.milliseconds) / 1000
    guard now < expiry else { throw .expired(now: Int64(now), expiry: Int64(expiry)) }
    guard now + Double(TokenLimits.skew) >= start else { throw .notYetValid }
  }
}

extension ReadToken {
  /// Each time must be one, also where it is only there for others.
  /// - Throws: `missingClaim`, `malformed`, `expired`, `notYetValid`.
  func times(now: Instant) throws(TokenFault) -> TokenTimes {
    guard let expiry = try moment("exp") else { throw .missingClaim("exp") }
    let times = TokenTimes(expiry: expiry, issued: try moment("iat"), notBefore: try moment("nbf"))
    try times.require(at: now)
    return times
  }
}
