/// Makes the credentials of sessions, and opens the tokens that carry them. Nothing of a session is stored: whoever has the
/// token brings it along, sealed, with each request.
package protocol SessionVault: Sendable {
  /// An access key for a session: its id, its secret, and the token that both are bound to. Permit: `assumeRole`,
  /// `assumeRoleWithWebIdentity`, `getSessionToken` or `getFederationToken`, no key.
  /// - Throws: `KMSError.custodyUnavailable`.
  func issueSession(_ claims: SessionClaims, permit: borrowing Permit) throws(KMSError) -> SessionCredentials

  /// What a token says. It takes no permit: it lets nothing out, and what it says was known when it was issued. Whether the
  /// session is over is for the caller to judge.
  /// - Returns: nil when the token isn't one of this server's, or not the one of this access key.
  /// - Throws: `KMSError.custodyUnavailable`.
  func openSession(_ token: [UInt8], accessKey: String) throws(KMSError) -> SessionClaims?

  /// See `CredentialVault.signingKey`; of the secret in the token.
  /// - Throws: `KMSError.corrupt(.accessKey)` for a token that `openSession` wouldn't open; `custodyUnavailable`.
  func sessionSigningKey(
    _ token: [UInt8], accessKey: String, date: String, region: String, service: String
  ) throws(KMSError) -> Payload
}

/// What the holder of a session signs with.
package struct SessionCredentials: Sendable {
  package let accessKey: String
  /// 40 characters of base 64; read once.
  package let secret: Payload
  package let token: [UInt8]

  package init(accessKey: String, secret: Payload, token: [UInt8]) {
    self.accessKey = accessKey
    self.secret = secret
    self.token = token
  }
}
