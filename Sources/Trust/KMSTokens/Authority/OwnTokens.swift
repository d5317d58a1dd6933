import Crypto
package import KMSDomain

/// Judges the tokens of the server's own authority: by one of the published keys, with RS256 and nothing else. Whose signature was right
/// once isn't asked for it again while the keys are the same.
package final class OwnTokens: OwnTokenVerifier {
  private let keys: IssuerKeys
  private let isOwnIssuer: @Sendable (String, GUID) -> Bool
  private let clock: any TimeSource
  private let verified = VerifiedTokens(limit: TokenLimits.verified)

  /// - Parameters:
  ///   - isOwnIssuer: whether an issuer's name is this server's for that tenant.
  ///   - document: the JWK Set that the authority publishes.
  ///   - clock: the one by which tokens are issued.
  package init(
    isOwnIssuer: @escaping @Sendable (String, GUID) -> Bool,
    document: @escaping @Sendable () async throws -> [UInt8], clock: any TimeSource, faults: any FaultLog
  ) {
    self.isOwnIssuer = isOwnIssuer
    self.clock = clock
    keys = IssuerKeys(
      named: "this server", [.rs256], from: PublishedKeys(read: document), freshFor: 3_600_000,
      staleFor: 0, pause: 1_000, clock: clock, faults: faults)
  }

  package func verify(_ token: String, for audience: String) async throws(TokenFault) -> OwnToken {
    let bytes = Array(token.utf8)
    if let known = recall(bytes[...], for: audience) { return known }
    let token = try ReadToken(token)
    guard let tenant = GUID(try token.text("tid")), isOwnIssuer(try token.text("iss"), tenant) else {
      throw .unknownIssuer
    }
    guard token.algorithm == .rs256 else { throw .algorithm }
    guard token.keyID != nil else { throw .unknownKey }
    guard let client = GUID(try token.text("appid")), let object = GUID(try token.text("oid")) else {
      throw .malformed
    }
    guard try token.audiences() == [audience] else { throw .wrongAudience }
    let times = try token.times(now: clock.now())
    // Before the key is asked for: should others take the keys' place meanwhile, what comes of it isn't theirs.
    let edition = keys.freshEdition
    let key = try await keys.key(token.keyID, token.algorithm)
    guard key.signed(token.signed, as: token.signature, by: token.algorithm) else { throw .badSignature }
    let proved = OwnToken(client: client, object: object, tenant: tenant, expiresAt: times.expiresAt)
    if let edition {
      verified.note(
        VerifiedTokens.Known(token: proved, audience: audience, times: times, edition: edition),
        SHA256.hash(data: bytes))
    }
    return proved
  }

  package func recall(_ token: ArraySlice<UInt8>, for audience: String) -> OwnToken? {
    guard token.count <= TokenLimits.token, let edition = keys.freshEdition,
      let known = verified.known(SHA256.hash(data: token)), known.edition == edition,
      known.audience == audience, (try? known.times.require(at: clock.now())) != nil
    else { return nil }
    return known.token
  }
}

private struct PublishedKeys: KeySource {
  let read: @Sendable () async throws -> [UInt8]

  func document() async throws -> [UInt8] { try await read() }
}
