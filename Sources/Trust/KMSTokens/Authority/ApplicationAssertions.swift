import FoundationEssentials
package import KMSDomain

/// Judges assertions by the keys of certificates. What stands in them about keys is not looked at, but for the thumbprint by which
/// the application's own certificate is found.
package struct ApplicationAssertions: AssertionVerifier {
  private let realClock: any TimeSource

  /// - Parameter realClock: not the one that a development server may advance; clients know no other.
  package init(realClock: any TimeSource) { self.realClock = realClock }

  package func claimed(_ assertion: String) throws(TokenFault) -> ClaimedAssertion {
    let token = try ReadToken(assertion, mayBePadded: true)
    return ClaimedAssertion(
      issuer: try token.text("iss"), subject: try token.text("sub"), audiences: try token.audiences(),
      sha1: token.sha1, sha256: token.sha256)
  }

  package func verify(
    _ assertion: String, by certificate: Application.AssertionCertificate,
    audiences: @Sendable (String) -> Bool
  ) async throws(TokenFault) {
    let token = try ReadToken(assertion, mayBePadded: true)
    guard ApplicationAssertions.algorithms.contains(token.algorithm) else { throw .algorithm }
    guard try token.audiences().contains(where: audiences) else { throw .wrongAudience }
    let now = realClock.now()
    guard try token.times(now: now).expiresAt <= now.advanced(seconds: TokenLimits.assertion) else {
      throw .tooLongLived
    }
    let key: IssuerKey
    do {
      key = try await IssuerKey(
        id: nil, .rsaPublicKey(certificate.publicKey), for: ApplicationAssertions.algorithms)
    } catch {
      throw .unknownKey
    }
    guard key.signed(token.signed, as: token.signature, by: token.algorithm) else { throw .badSignature }
  }

  private static let algorithms: [TokenAlgorithm] = [.rs256, .ps256]
}
