import KMSDomain
import KMSIdentity
import KMSTestKit
import Synchronization
import Testing

/// A verifier whose tokens are the names of their issuers.
private struct PlainTokens: TokenVerifier {
  let fault: TokenFault?

  func issuer(of token: String) throws(TokenFault) -> String {
    guard token.hasPrefix("https://") else { throw .malformed }
    return token
  }

  func claims(of token: String) throws(TokenFault) -> ClaimedIdentity { throw .unknownIssuer }

  func verify(_ token: String, for audiences: [String]) async throws(TokenFault) -> VerifiedToken {
    if let fault { throw fault }
    guard let audience = audiences.first else { throw .wrongAudience }
    return VerifiedToken(
      issuer: token, subject: "robot", audience: audience, claims: ["sub": ["robot"]],
      expiresAt: .distantFuture)
  }
}

@Suite("Callers with tokens of issuers")
struct WebIdentityTests {
  private static let token = "https://issuer.example/Realm"
  let world = World()

  private func authenticator(
    _ fault: TokenFault? = nil, _ quotas: WebIdentityQuotas? = nil
  ) -> WebIdentityAuthenticator {
    WebIdentityAuthenticator(
      store: world.store, authenticator: world.codes, vocabulary: PlainVocabulary(),
      tokens: PlainTokens(fault: fault), quotas: quotas.map { ($0, world.elapsed) })
  }

  private func addProvider(_ name: String = "issuer.example/Realm", clientIDs: [String] = ["claviger"]) {
    world.add(
      IdentityRecord(
        id: IdentityID("OIDC1"), account: Fixtures.account, name: name, createdAt: Fixtures.start,
        body: .provider(IdentityRecord.Provider(clientIDs: clientIDs, thumbprints: []))))
  }

  @Test("A token proves its subject to an account that has its issuer as a provider")
  func sound() async throws {
    addProvider()
    let proof = try await authenticator().authenticate(Self.token, for: Fixtures.account)
    #expect(proof.caller.account == nil && proof.caller.policies.isEmpty && !proof.caller.isRoot)
    #expect(proof.caller.principal == "issuer.example/Realm:claviger:robot")
    #expect(proof.caller.credential == "robot")
    #expect(proof.caller.webIdentity?.issuer == "issuer.example/Realm")
    #expect(proof.caller.webIdentity?.provider == proof.provider)
    #expect(proof.caller.webIdentity?.claims == ["sub": ["robot"]])
  }

  @Test("No provider, one in another account, and one whose name differs in case only, prove nothing")
  func noProvider() async throws {
    let missing = WebIdentityError.noProvider(issuer: Self.token)
    await #expect(throws: missing) {
      try await authenticator().authenticate(Self.token, for: Fixtures.account)
    }
    addProvider("issuer.example/realm")
    await #expect(throws: missing) {
      try await authenticator().authenticate(Self.token, for: Fixtures.account)
    }
    addProvider()
    await #expect(throws: WebIdentityError.fault(.corrupt(.principal))) {
      // The fake store finds names in every account; the record's own account gives it away.
      try await authenticator().authenticate(Self.token, for: Fixtures.otherAccount)
    }
  }

  @Test("A user is no provider, whatever its name")
  func kind() async throws {
    world.add(World.owner(name: "issuer.example/Realm"))
    await #expect(throws: WebIdentityError.fault(.corrupt(.principal))) {
      try await authenticator().authenticate(Self.token, for: Fixtures.account)
    }
  }

  @Test("Only the provider's client ids are accepted")
  func audiences() async throws {
    addProvider(clientIDs: [])
    await #expect(throws: WebIdentityError.token(.wrongAudience)) {
      try await authenticator().authenticate(Self.token, for: Fixtures.account)
    }
  }

  private static let quotas = WebIdentityQuotas(
    perSource: RequestRate(5), total: RequestRate(1000), perAccount: RequestRate(8))

  private func outcomes(
    _ count: Int, _ authenticator: WebIdentityAuthenticator, from source: String, getsIn: Bool = false
  ) async -> (looked: Int, throttled: Int) {
    var outcome = (looked: 0, throttled: 0)
    for _ in 0..<count {
      do throws(WebIdentityError) {
        _ = try await authenticator.authenticate(Self.token, for: Fixtures.account, from: source)
        if getsIn { authenticator.welcome(source) }
        outcome.looked += 1
      } catch {
        if error == .throttled { outcome.throttled += 1 } else { outcome.looked += 1 }
      }
    }
    return outcome
  }

  @Test(
    "Tokens are looked at so often for each source, right or wrong, and so often for the roles of an account")
  func flood() async throws {
    addProvider()
    let wrong = authenticator(.badSignature, Self.quotas)
    #expect(await outcomes(50, wrong, from: "192.0.2.1") == (5, 45))
    #expect(await outcomes(50, wrong, from: "192.0.2.2") == (3, 47), "the account's part is used up")
    #expect(wrong.turnedAway == 92)
    world.elapsed.advance(seconds: 1)
    #expect(await outcomes(50, wrong, from: "192.0.2.1") == (5, 45))
    let right = authenticator(nil, Self.quotas)
    #expect(await outcomes(50, right, from: "192.0.2.1") == (5, 45), "a token that no role trusts")
  }

  @Test("A token that gets its bearer a session takes nothing of its source, only of the account")
  func welcome() async throws {
    addProvider()
    let right = authenticator(nil, Self.quotas)
    #expect(await outcomes(50, right, from: "192.0.2.1", getsIn: true) == (8, 42))
  }

  @Test("What the verifier finds is told; a store that is down is a fault")
  func faults() async throws {
    addProvider()
    for fault in [TokenFault.badSignature, .replayed, .issuerUnreachable] {
      await #expect(throws: WebIdentityError.token(fault)) {
        try await authenticator(fault).authenticate(Self.token, for: Fixtures.account)
      }
    }
    await #expect(throws: WebIdentityError.token(.malformed)) {
      try await authenticator().authenticate("x", for: Fixtures.account)
    }
    world.store.state.withLock { $0.isDown = true }
    await #expect(throws: WebIdentityError.fault(.storeUnavailable)) {
      try await authenticator().authenticate(Self.token, for: Fixtures.account)
    }
  }
}
