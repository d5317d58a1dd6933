import KMSDomain

/// From when to when a token is good.
struct TokenTimes {
  let expiresAt: Instant
  let issuedAt: Instant?
}

extension ReadToken {
  /// Each time must be one, also where it is only there for others.
  /// - Throws: `missingClaim`, `malformed`, `expired`, `notYetValid`.
  func times(now: Instant) throws(TokenFault) -> TokenTimes {
    let now = Double(now.milliseconds) / 1000
    guard let expiry = try moment("exp") else { throw .missingClaim("exp") }
    let issued = try moment("iat")
    let start = try moment("nbf")
    guard now < expiry else { throw .expired(now: Int64(now), expiry: Int64(expiry)) }
    for moment in [issued, start] where now + Double(TokenLimits.skew) < moment ?? 0 { throw .notYetValid }
    return TokenTimes(
      expiresAt: Instant(milliseconds: Int64(expiry * 1000)),
      issuedAt: issued.map { Instant(milliseconds: Int64($0 * 1000)) })
  }
}
