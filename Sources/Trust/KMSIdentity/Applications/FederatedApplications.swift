package import KMSDomain

/// Finds the application that somebody else's token proves: the operator trusts its issuer, and the application has a federated
/// credential for exactly this issuer, subject and audience. Both are needed.
package final class FederatedApplications: Sendable {
  private let applications: KnownApplications
  private let principals: PrincipalLoader
  private let tokens: any TokenVerifier
  /// nil: tokens may be looked at however often.
  private let gate: WebIdentityGate?

  /// - Parameter quotas: by a clock that nobody moves.
  package init(
    _ applications: KnownApplications, store: any Store, authenticator: any RecordAuthenticator,
    vocabulary: any PolicyVocabulary, tokens: any TokenVerifier,
    quotas: (quotas: WebIdentityQuotas, clock: any TimeSource)? = nil
  ) {
    self.applications = applications
    principals = PrincipalLoader(store: store, authenticator: authenticator, vocabulary: vocabulary)
    self.tokens = tokens
    gate = quotas.map { WebIdentityGate($0.quotas, clock: $0.clock) }
  }

  /// The one of the account that a token proves.
  /// - Throws: `unknown` also when it would be more than one.
  package func application(
    _ token: String, in account: AccountID, from source: String
  ) async throws(BearerError) -> ProvedApplication {
    guard gate?.admits(source, account) ?? true else { throw .throttled }
    let claimed = try claimed(token)
    let found = try await candidates(claimed, account)
    guard let application = found.first, found.count == 1 else { throw .unknown }
    return try await prove(application, token, claimed, source)
  }

  /// Whether a token proves this one.
  package func application(
    _ token: String, of known: KnownApplication, from source: String
  ) async throws(BearerError) -> ProvedApplication {
    guard gate?.admits(source, known.application.account) ?? true else { throw .throttled }
    return try await prove(known.application, token, try claimed(token), source)
  }

  private func prove(
    _ application: Application, _ token: String, _ claimed: ClaimedIdentity, _ source: String
  ) async throws(BearerError) -> ProvedApplication {
    guard let credential = application.federated.first(where: claimed.fits) else { throw .wrongCredential }
    let verified = try await verified(token, for: credential)
    guard verified.issuer == credential.issuer, verified.subject == credential.subject else {
      throw .wrongCredential
    }
    // Once more from memory, with the rights of its owner, and as it is now.
    let known: KnownApplication
    do throws(ApplicationError) {
      known = try await applications.application(application.clientID)
    } catch {
      throw BearerError(error)
    }
    guard known.application.federated.contains(credential) else { throw .wrongCredential }
    gate?.welcome(source)
    return ProvedApplication(known: known, method: .federated, credential: credential.name)
  }

  private func claimed(_ token: String) throws(BearerError) -> ClaimedIdentity {
    do throws(TokenFault) {
      return try tokens.claims(of: token)
    } catch {
      throw .token(error)
    }
  }

  private func verified(
    _ token: String, for credential: Application.FederatedCredential
  ) async throws(BearerError) -> VerifiedToken {
    do throws(TokenFault) {
      return try await tokens.verify(token, for: [credential.audience])
    } catch {
      throw .token(error)
    }
  }

  private func candidates(
    _ claimed: ClaimedIdentity, _ account: AccountID
  ) async throws(BearerError) -> [Application] {
    do throws(KMSError) {
      var found: [Application] = []
      for stored in try await principals.store.applications(
        trusting: claimed.issuer, subject: claimed.subject, in: account)
      {
        guard principals.authenticator.isValid(stored.code, for: stored.record.canonicalBytes) else {
          throw .corrupt(.application)
        }
        let one = stored.record
        if one.isEnabled, one.account == account, one.federated.contains(where: claimed.fits) {
          found.append(one)
        }
      }
      return found
    } catch {
      throw .fault(error)
    }
  }
}

extension ClaimedIdentity {
  fileprivate func fits(_ credential: Application.FederatedCredential) -> Bool {
    issuer == credential.issuer && subject == credential.subject && audiences.contains(credential.audience)
  }
}

/// An application that has proved itself, and by what.
package struct ProvedApplication: Sendable {
  /// Raw values are in audit records.
  package enum Method: String, Sendable {
    case secret
    case certificate
    case federated
    /// It runs on the server's own machine.
    case machine
  }

  package let known: KnownApplication
  package let method: Method
  /// The secret's id, the certificate's fingerprint, the federated credential's name.
  package let credential: String

  package init(known: KnownApplication, method: Method, credential: String) {
    self.known = known
    self.method = method
    self.credential = credential
  }
}
