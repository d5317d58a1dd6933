import Foundation
import KMSDomain
import KMSTestKit
import KMSTokens
import Testing

@Suite("Statements of attesting authorities")
struct StatementTests {
  let world = TokenWorld()
  var issuer: TestIssuer { world.issuer }

  /// About no subject, and for no audience.
  private func claims(_ more: String = "") -> String {
    let now = Fixtures.start.milliseconds / 1000
    return #"{"iss":"\#(TestIssuer.url)","iat":\#(now),"exp":\#(now + 600)\#(more)}"#
  }

  private func expect(_ fault: TokenFault, _ statement: String) async {
    await #expect(throws: fault) { try await world.verifier.verify(statement: statement) }
  }

  @Test("An authority's word is passed on as it stands")
  func sound() async throws {
    let claims = claims(#","x-ms-runtime":{"keys":[]},"level":3"#)
    let found = try await world.verifier.verify(statement: issuer.token(claims))
    #expect(found.authority == TestIssuer.url && found.claims == Array(claims.utf8))
  }

  @Test("What nobody trusted has signed, or isn't good now, is nobody's word")
  func refused() async throws {
    await expect(.badSignature, try TestIssuer(.second).token(claims()))
    await expect(.malformed, "statement")
    let now = Fixtures.start.milliseconds / 1000
    await expect(
      .expired(now: now, expiry: now), try issuer.token(#"{"iss":"\#(TestIssuer.url)","exp":\#(now)}"#))
    await expect(.missingClaim("exp"), try issuer.token(#"{"iss":"\#(TestIssuer.url)"}"#))
    await expect(
      .notYetValid, try issuer.token(#"{"iss":"\#(TestIssuer.url)","exp":\#(now + 900),"nbf":\#(now + 600)}"#)
    )
    await expect(.unknownIssuer, try issuer.token(#"{"iss":"https://else.example","exp":\#(now + 9)}"#))
    await expect(.missingClaim("iss"), try issuer.token(#"{"exp":\#(now + 9)}"#))
    let parts = try issuer.token(claims()).split(separator: ".")
    await expect(.badSignature, "\(parts[0]).\(base64URL(Array(claims(",\"a\":1").utf8))).\(parts[2])")
  }

  @Test("Where the operator wants an audience, a statement has to be for it")
  func audiences() async throws {
    let strict = TokenWorld(issuer) { $0.audiences = ["here"] }
    await #expect(throws: TokenFault.missingClaim("aud")) {
      try await strict.verifier.verify(statement: issuer.token(claims()))
    }
    await #expect(throws: TokenFault.wrongAudience) {
      try await strict.verifier.verify(statement: issuer.token(claims(#","aud":"there""#)))
    }
    _ = try await strict.verifier.verify(statement: issuer.token(claims(#","aud":["there","here"]"#)))
  }

  @Test("Where the operator wants it, a statement is for one use")
  func replay() async throws {
    let strict = TokenWorld(issuer) { $0.replay = .refuse }
    strict.clock.advance(seconds: 120)
    let now = Fixtures.start.milliseconds / 1000 + 120
    let statement = try issuer.token(
      #"{"iss":"\#(TestIssuer.url)","iat":\#(now),"exp":\#(now + 600),"jti":"a"}"#)
    _ = try await strict.verifier.verify(statement: statement)
    await #expect(throws: TokenFault.replayed) { try await strict.verifier.verify(statement: statement) }
  }
}
