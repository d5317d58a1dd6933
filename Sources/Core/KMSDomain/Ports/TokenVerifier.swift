/// Who judges the tokens of OpenID Connect issuers.
package protocol TokenVerifier: Sendable {
  /// Who a token says issued it. Nothing is proved by reading it.
  /// - Throws: `TokenFault.malformed`, `.missingClaim`, `.unknownIssuer`.
  func issuer(of token: String) throws(TokenFault) -> String

  /// Whom a token says it is about and for. Nothing is proved by reading it.
  /// - Throws: `TokenFault.malformed`, `.missingClaim`, `.unknownIssuer`.
  func claims(of token: String) throws(TokenFault) -> ClaimedIdentity

  /// Everything that holds of a token whoever asks: it is by one of its issuer's keys, for one of these audiences, and for
  /// now. Whether its subject may do anything is for policies to say.
  /// - Parameter audiences: the client ids that the asker knows at that issuer.
  func verify(_ token: String, for audiences: [String]) async throws(TokenFault) -> VerifiedToken
}

/// What a token says and nobody has checked.
package struct ClaimedIdentity: Sendable, Equatable {
  package let issuer: String
  package let subject: String
  package let audiences: [String]

  package init(issuer: String, subject: String, audiences: [String]) {
    self.issuer = issuer
    self.subject = subject
    self.audiences = audiences
  }
}

/// What a token proves.
package struct VerifiedToken: Sendable, Equatable {
  /// As in the token: a URL.
  package let issuer: String
  package let subject: String
  /// The client id that was accepted.
  package let audience: String
  /// Claims that conditions can ask about. `aud` is whom it was issued to: the authorised party where the token names one, and
  /// then `oaud` has its audiences.
  package let claims: [String: [String]]
  /// Names of claims that conditions can't ask about: of another form, or too much of it.
  package let unread: Set<String>
  package let expiresAt: Instant

  package init(
    issuer: String, subject: String, audience: String, claims: [String: [String]], unread: Set<String> = [],
    expiresAt: Instant
  ) {
    self.unread = unread
    self.issuer = issuer
    self.subject = subject
    self.audience = audience
    self.claims = claims
    self.expiresAt = expiresAt
  }
}

/// Why a token proves nothing. No case carries a part of it.
package enum TokenFault: Error, Equatable, Sendable {
  /// Not a signed token of the documented structure.
  case malformed
  case missingClaim(String)
  /// The operator trusts no issuer of that name.
  case unknownIssuer
  /// Not signed by an algorithm that the issuer is known to use; `none` and those with shared secrets never are.
  case algorithm
  /// By a key that isn't among the issuer's.
  case unknownKey
  case badSignature
  case wrongAudience
  /// Seconds since the Unix epoch.
  case expired(now: Int64, expiry: Int64)
  case notYetValid
  /// It would be valid for longer than a client may vouch for itself.
  case tooLongLived
  /// It was used before, or may have been, at an issuer whose tokens are for one use.
  case replayed
  /// So many tokens of such an issuer are remembered that no further one can be.
  case tooManyTokens
  /// The issuer's keys aren't known and couldn't be fetched.
  case issuerUnreachable
}

/// Of a server that trusts no issuer.
package struct NoIssuers: TokenVerifier {
  package init() {}

  package func issuer(of token: String) throws(TokenFault) -> String { throw .unknownIssuer }

  package func claims(of token: String) throws(TokenFault) -> ClaimedIdentity { throw .unknownIssuer }

  package func verify(_ token: String, for audiences: [String]) async throws(TokenFault) -> VerifiedToken {
    throw .unknownIssuer
  }
}
