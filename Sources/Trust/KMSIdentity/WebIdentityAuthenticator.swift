package import KMSDomain

/// Proves who calls with nothing but a token of an OpenID Connect issuer.
///
/// The operator trusts the issuer, the account has it as a provider, and the token is for one of the provider's client ids: all
/// three. What its subject may do is for trust policies to say.
package final class WebIdentityAuthenticator: Sendable {
  private let principals: PrincipalLoader
  private let tokens: any TokenVerifier
  /// nil: tokens may be looked at however often.
  private let gate: WebIdentityGate?

  /// - Parameter quotas: by a clock that nobody moves.
  package init(
    store: any Store, authenticator: any RecordAuthenticator, vocabulary: any PolicyVocabulary,
    tokens: any TokenVerifier, quotas: (quotas: WebIdentityQuotas, clock: any TimeSource)? = nil
  ) {
    gate = quotas.map { WebIdentityGate($0.quotas, clock: $0.clock) }
    principals = PrincipalLoader(store: store, authenticator: authenticator, vocabulary: vocabulary)
    self.tokens = tokens
  }

  /// - Parameter account: in which the caller wants to become somebody.
  /// - Parameter source: where the request came from: see `WebIdentityGate`.
  package func authenticate(
    _ token: String, for account: AccountID, from source: String = ""
  ) async throws(WebIdentityError) -> WebIdentityProof {
    guard gate?.admits(source, account) ?? true else { throw .throttled }
    let issuer = try issuer(of: token)
    let name = WebIdentityAuthenticator.providerName(issuer)
    guard let provider = try await provider(name, of: account), case .provider(let terms) = provider.body
    else { throw .noProvider(issuer: issuer) }
    let verified: VerifiedToken
    do throws(TokenFault) {
      verified = try await tokens.verify(token, for: terms.clientIDs)
    } catch {
      throw .token(error)
    }
    let named = principals.vocabulary.name(of: provider)
    let caller = Caller(
      account: nil, principal: "\(name):\(verified.audience):\(verified.subject)",
      principalID: "\(name):\(verified.audience):\(verified.subject)", userName: nil, isRoot: false,
      credential: verified.subject, policies: [],
      webIdentity: WebIdentity(
        provider: named, issuer: name, claims: verified.claims, unread: verified.unread))
    return WebIdentityProof(caller: caller, provider: named, token: verified)
  }

  /// A token from there got its bearer a session.
  package func welcome(_ source: String) { gate?.welcome(source) }

  /// How many tokens were refused unseen.
  package var turnedAway: UInt64 { gate?.turnedAway ?? 0 }

  private func issuer(of token: String) throws(WebIdentityError) -> String {
    do throws(TokenFault) {
      return try tokens.issuer(of: token)
    } catch {
      throw .token(error)
    }
  }

  private func provider(
    _ name: String, of account: AccountID
  ) async throws(WebIdentityError) -> IdentityRecord? {
    do throws(KMSError) {
      let record = try await principals.record(named: IdentityName(.provider, name, in: account))
      // The store folds the case of names; issuers don't.
      return record?.name == name ? record : nil
    } catch {
      throw .fault(error)
    }
  }

  /// Accounts name issuers without the scheme, which is always the same.
  private static func providerName(_ issuer: String) -> String {
    for scheme in ["https://", "http://"] where issuer.hasPrefix(scheme) {
      return String(issuer.dropFirst(scheme.count))
    }
    return issuer
  }
}

/// Who a token proves, and by whose word.
package struct WebIdentityProof: Sendable {
  /// Of no account.
  package let caller: Caller
  /// What policies call the provider.
  package let provider: String
  package let token: VerifiedToken
}

/// Why a token proved nobody.
package enum WebIdentityError: Error, Equatable, Sendable {
  case token(TokenFault)
  /// The account has no provider for this issuer.
  case noProvider(issuer: String)
  /// Too many tokens came from there, or for roles of that account: this one wasn't looked at.
  case throttled
  /// It couldn't be found out.
  case fault(KMSError)
}
