package import KMSDomain

/// Says who brings a token: an application that the server's own authority issued one to, or one that has a federated credential for
/// somebody else's tokens.
///
/// A token is judged each time it is shown: its signature once (0034), its times, its audience and the application that it stands for
/// always. A disabled application is nobody at once.
package final class BearerAuthenticator: Sendable {
  private let applications: KnownApplications
  private let own: any OwnTokenVerifier
  private let federated: FederatedApplications

  package init(
    _ applications: KnownApplications, own: any OwnTokenVerifier, federated: FederatedApplications
  ) {
    self.applications = applications
    self.own = own
    self.federated = federated
  }

  /// - Parameters:
  ///   - bearer: the token, without "Bearer".
  ///   - audience: what a token of the own authority must be for: the resource of the challenge.
  ///   - account: of the vault; an application of another is nobody there.
  ///   - source: where the client is: see `StrangerGate`.
  package func caller(
    _ bearer: String, audience: String, in account: AccountID, from source: String
  ) async throws(BearerError) -> (Caller, Application) {
    let known: KnownApplication
    if let token = try await ownToken(bearer, audience) {
      known = try await application(token.client, source)
      guard known.application.objectID == token.object, known.application.account.tenant == token.tenant
      else { throw .unknown }
    } else {
      known = try await federated.application(bearer, in: account, from: source).known
    }
    guard known.application.account == account else { throw .otherAccount }
    return (known.caller, known.application)
  }

  /// The same without waiting, for a token that was shown before.
  /// - Returns: nil where something isn't in memory, or isn't right: `caller` finds out what.
  package func callerNow(
    _ bearer: ArraySlice<UInt8>, audience: String, in account: AccountID
  ) -> KnownApplication? {
    guard let token = own.recall(bearer, for: audience),
      let known = applications.applicationNow(token.client), known.application.objectID == token.object,
      known.application.account == account, account.tenant == token.tenant
    else { return nil }
    return known
  }

  /// - Returns: nil for a token of somebody else.
  private func ownToken(_ bearer: String, _ audience: String) async throws(BearerError) -> OwnToken? {
    do throws(TokenFault) {
      return try await own.verify(bearer, for: audience)
    } catch .unknownIssuer {
      return nil
    } catch .missingClaim("tid") {
      return nil
    } catch {
      throw .token(error)
    }
  }

  private func application(_ id: GUID, _ source: String) async throws(BearerError) -> KnownApplication {
    do throws(ApplicationError) {
      return try await applications.application(id, from: source)
    } catch {
      throw BearerError(error)
    }
  }
}

/// Why a token, a secret or an assertion proves nobody. Callers learn little of it.
package enum BearerError: Error, Equatable, Sendable {
  case token(TokenFault)
  /// There is no such application, it is disabled, or the token is for none here.
  case unknown
  /// It is one of another account than the vault's.
  case otherAccount
  /// The application has no such secret, or no such certificate, or no more.
  case wrongCredential
  /// Too many came from there: this one wasn't looked at.
  case throttled
  /// It couldn't be found out.
  case fault(KMSError)

  package init(_ error: ApplicationError) {
    switch error {
    case .unknown: self = .unknown
    case .throttled: self = .throttled
    case .fault(let error): self = .fault(error)
    }
  }

  /// A stable word for logs and audit records.
  package var code: String {
    switch self {
    case .token(let fault): "token." + fault.code
    case .unknown: "unknownApplication"
    case .otherAccount: "otherAccount"
    case .wrongCredential: "wrongCredential"
    case .throttled: "throttled"
    case .fault(let error): error.code
    }
  }
}

extension TokenFault {
  /// A stable word, without anything of the token.
  package var code: String {
    switch self {
    case .malformed: "malformed"
    case .missingClaim: "missingClaim"
    case .unknownIssuer: "unknownIssuer"
    case .algorithm: "algorithm"
    case .unknownKey: "unknownKey"
    case .badSignature: "badSignature"
    case .wrongAudience: "wrongAudience"
    case .expired: "expired"
    case .notYetValid: "notYetValid"
    case .replayed: "replayed"
    case .tooLongLived: "tooLongLived"
    case .tooManyTokens: "tooManyTokens"
    case .issuerUnreachable: "issuerUnreachable"
    }
  }
}
