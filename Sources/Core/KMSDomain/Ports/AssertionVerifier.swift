/// Who judges what applications have signed themselves (RFC 7523 section 3): JWTs by the key of a certificate.
package protocol AssertionVerifier: Sendable {
  /// What an assertion says of itself. Nothing is proved by reading it.
  /// - Throws: `TokenFault.malformed`, `.missingClaim`, `.algorithm`.
  func claimed(_ assertion: String) throws(TokenFault) -> ClaimedAssertion

  /// Whether the holder of the certificate's key made it, for one of these audiences and for now. RS256 and PS256.
  /// - Parameter audiences: whether it may be for this one.
  func verify(
    _ assertion: String, by certificate: Application.AssertionCertificate,
    audiences: @Sendable (String) -> Bool
  ) async throws(TokenFault)
}

package struct ClaimedAssertion: Sendable, Equatable {
  package let issuer: String
  package let subject: String
  package let audiences: [String]
  /// SHA-1 of the certificate, if it names that.
  package let sha1: [UInt8]?
  package let sha256: [UInt8]?

  package init(issuer: String, subject: String, audiences: [String], sha1: [UInt8]?, sha256: [UInt8]?) {
    self.issuer = issuer
    self.subject = subject
    self.audiences = audiences
    self.sha1 = sha1
    self.sha256 = sha256
  }

  /// The one of these that it names: by both of its thumbprints, if it has both.
  package func certificate(
    among certificates: [Application.AssertionCertificate]
  ) -> Application.AssertionCertificate? {
    guard sha1 != nil || sha256 != nil else { return nil }
    return certificates.first { one in
      (sha256 ?? one.sha256) == one.sha256 && (sha1 ?? one.sha1) == one.sha1
    }
  }
}

/// Who judges the tokens of the server's own authority.
package protocol OwnTokenVerifier: Sendable {
  /// - Parameter audience: the resource that it must be for.
  /// - Throws: `TokenFault.unknownIssuer` for a token of somebody else.
  func verify(_ token: String, for audience: String) async throws(TokenFault) -> OwnToken
  /// The same without waiting, for one that was verified before. What may have changed since is judged anew.
  /// - Returns: nil where nothing is remembered, or it isn't good any more: `verify` says why.
  func recall(_ token: ArraySlice<UInt8>, for audience: String) -> OwnToken?
}

/// What a token of the server's own authority proves.
package struct OwnToken: Sendable, Equatable {
  package let client: GUID
  package let object: GUID
  package let tenant: GUID
  package let expiresAt: Instant

  package init(client: GUID, object: GUID, tenant: GUID, expiresAt: Instant) {
    self.client = client
    self.object = object
    self.tenant = tenant
    self.expiresAt = expiresAt
  }
}
