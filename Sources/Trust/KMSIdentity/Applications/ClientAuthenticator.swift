import KMSBytes
package import KMSDomain

/// Proves that whoever asks for a token is the application that it says: by a client secret, by an assertion that it signed with the
/// key of one of its certificates, or by somebody else's token (OAuth 2.0, RFC 6749 section 2.3, RFC 7523).
package final class ClientAuthenticator: Sendable {
  private let applications: KnownApplications
  private let assertions: any AssertionVerifier
  private let federated: FederatedApplications
  private let codes: any RecordAuthenticator
  private let clock: any TimeSource
  /// nil: everybody may try however often.
  private let gate: WebIdentityGate?

  /// - Parameters:
  ///   - clock: the one by which secrets end.
  ///   - quotas: by a clock that nobody moves.
  package init(
    _ applications: KnownApplications, assertions: any AssertionVerifier, federated: FederatedApplications,
    codes: any RecordAuthenticator, clock: any TimeSource,
    quotas: (quotas: WebIdentityQuotas, clock: any TimeSource)? = nil
  ) {
    self.applications = applications
    self.assertions = assertions
    self.federated = federated
    self.codes = codes
    self.clock = clock
    gate = quotas.map { WebIdentityGate($0.quotas, clock: $0.clock) }
  }

  /// - Throws: `unknown`, `wrongCredential`, `throttled`, `fault`.
  package func prove(
    _ client: GUID, bySecret secret: String, from source: String
  ) async throws(BearerError) -> ProvedApplication {
    let known = try await known(client, source)
    guard secret.utf8.count <= ClientAuthenticator.longestSecret,
      let id = known.application.secret(secret, at: clock.now(), by: codes)
    else { throw .wrongCredential }
    gate?.welcome(source)
    return ProvedApplication(known: known, method: .secret, credential: id.text)
  }

  /// - Parameter audiences: what the authority is called.
  package func prove(
    _ client: GUID, byAssertion assertion: String, audiences: @Sendable (String) -> Bool,
    from source: String
  ) async throws(BearerError) -> ProvedApplication {
    let known = try await known(client, source)
    let claimed = try claimed(assertion)
    guard claimed.issuer.lowercased() == client.text else {
      let proved = try await federated.application(assertion, of: known, from: source)
      gate?.welcome(source)
      return proved
    }
    guard claimed.subject == claimed.issuer,
      let certificate = claimed.certificate(among: known.application.certificates),
      clock.now() < certificate.expiresAt
    else { throw .wrongCredential }
    do throws(TokenFault) {
      try await assertions.verify(assertion, by: certificate, audiences: audiences)
    } catch {
      throw .token(error)
    }
    gate?.welcome(source)
    return ProvedApplication(
      known: known, method: .certificate, credential: Hex.string(certificate.sha256))
  }

  /// Every try is counted for its source and for the account that it is about; one that succeeds gives back what its source took.
  private func known(_ client: GUID, _ source: String) async throws(BearerError) -> KnownApplication {
    let known: KnownApplication
    do throws(ApplicationError) {
      known = try await applications.application(client, from: source)
    } catch {
      throw BearerError(error)
    }
    guard gate?.admits(source, known.application.account) ?? true else { throw .throttled }
    return known
  }

  private func claimed(_ assertion: String) throws(BearerError) -> ClaimedAssertion {
    do throws(TokenFault) {
      return try assertions.claimed(assertion)
    } catch {
      throw .token(error)
    }
  }

  /// In bytes; those of the server have 43.
  private static let longestSecret = 256
}
