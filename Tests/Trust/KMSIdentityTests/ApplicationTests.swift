import KMSDomain
import KMSIdentity
import KMSTestKit
import Synchronization
import Testing

/// An issuer whose tokens are "subject audience".
private struct PlainTokens: TokenVerifier {
  static let issuer = "https://issuer.example"
  var fault: TokenFault?

  func issuer(of token: String) throws(TokenFault) -> String { Self.issuer }

  func claims(of token: String) throws(TokenFault) -> ClaimedIdentity {
    let parts = token.split(separator: " ").map(String.init)
    guard parts.count == 2 else { throw .malformed }
    return ClaimedIdentity(issuer: Self.issuer, subject: parts[0], audiences: [parts[1]])
  }

  func verify(_ token: String, for audiences: [String]) async throws(TokenFault) -> VerifiedToken {
    if let fault { throw fault }
    let claimed = try claims(of: token)
    guard let audience = claimed.audiences.first(where: audiences.contains) else { throw .wrongAudience }
    return VerifiedToken(
      issuer: claimed.issuer, subject: claimed.subject, audience: audience, claims: [:],
      expiresAt: .distantFuture)
  }
}

/// Nobody has a token of the server's own.
private struct NoOwnTokens: OwnTokenVerifier {
  func verify(_ token: String, for audience: String) async throws(TokenFault) -> OwnToken {
    throw .unknownIssuer
  }

  func recall(_ token: ArraySlice<UInt8>, for audience: String) -> OwnToken? { nil }
}

@Suite("Applications that come with somebody else's tokens")
struct ApplicationTests {
  let world = World()

  private static func id(_ number: UInt64) -> GUID { GUID(Bits128(high: 5, low: number)) }

  private func add(_ number: UInt64, isEnabled: Bool = true, subject: String = "pod", code: [UInt8]? = nil) {
    let record = Application(
      clientID: Self.id(number), objectID: Self.id(number + 100), account: Fixtures.account,
      owner: World.ownerID, name: "shop", createdAt: Fixtures.start, isEnabled: isEnabled,
      federated: [
        Application.FederatedCredential(
          name: "one", issuer: PlainTokens.issuer, subject: subject, audience: "exchange")
      ])
    let stored = Authenticated(record, code: code ?? world.codes.code(for: record.canonicalBytes))
    world.store.state.withLock { $0.applications[record.clientID] = stored }
  }

  private func bearers(_ fault: TokenFault? = nil, _ quotas: WebIdentityQuotas? = nil) -> BearerAuthenticator
  {
    let applications = KnownApplications(
      store: world.store, authenticator: world.codes, vocabulary: PlainVocabulary(), cacheLimit: 8)
    return BearerAuthenticator(
      applications, own: NoOwnTokens(),
      federated: FederatedApplications(
        applications, store: world.store, authenticator: world.codes, vocabulary: PlainVocabulary(),
        tokens: PlainTokens(fault: fault), quotas: quotas.map { ($0, world.elapsed) }))
  }

  private func failure(
    _ token: String, _ bearers: BearerAuthenticator, in account: AccountID = Fixtures.account
  ) async -> BearerError? {
    do throws(BearerError) {
      _ = try await bearers.caller(token, audience: "vault", in: account, from: "10.0.0.1")
      return nil
    } catch {
      return error
    }
  }

  @Test("The application whose credential fits is who calls, as its user")
  func sound() async throws {
    add(1)
    add(2, subject: "other")
    let (caller, application) = try await bearers().caller(
      "pod exchange", audience: "vault", in: Fixtures.account, from: "")
    #expect(application.clientID == Self.id(1))
    #expect(caller.userName == "alice" && caller.credential == Self.id(1).text)
  }

  @Test("Another subject, another audience, another account, and a token that is wrong, are nobody")
  func wrong() async throws {
    add(1)
    #expect(await failure("pop exchange", bearers()) == .unknown)
    #expect(await failure("pod vault", bearers()) == .unknown)
    #expect(await failure("pod exchange", bearers(), in: try #require(AccountID("999988887777"))) == .unknown)
    #expect(await failure("pod exchange", bearers(.badSignature)) == .token(.badSignature))
    #expect(await failure("nothing", bearers()) == .token(.malformed))
  }

  @Test("A disabled application is nobody, and so are two that one token would prove")
  func ambiguous() async {
    add(1, isEnabled: false)
    #expect(await failure("pod exchange", bearers()) == .unknown)
    add(2)
    #expect(await failure("pod exchange", bearers()) == nil)
    add(3)
    #expect(await failure("pod exchange", bearers()) == .unknown)
  }

  @Test("An edited row is refused")
  func edited() async {
    add(1, code: [1])
    #expect(await failure("pod exchange", bearers()) == .fault(.corrupt(.application)))
  }

  @Test("Tokens that prove nothing are limited, and those that do aren't")
  func limited() async {
    add(1)
    let bearers = bearers(
      nil,
      WebIdentityQuotas(
        perSource: RequestRate(2), total: RequestRate(100), perAccount: RequestRate(100)))
    for _ in 0..<5 { #expect(await failure("pod exchange", bearers) == nil) }
    for _ in 0..<2 { #expect(await failure("pop exchange", bearers) == .unknown) }
    #expect(await failure("pop exchange", bearers) == .throttled)
  }
}
