import Crypto
import CryptoExtras
import Foundation
import KMSDomain
import KMSTestKit
import KMSTokens
import Testing

@Suite("Tokens of trusted issuers")
struct TokenTests {
  let world = TokenWorld()
  var issuer: TestIssuer { world.issuer }

  private func expect(_ fault: TokenFault, _ token: String, for audiences: [String] = ["claviger"]) async {
    await #expect(throws: fault) { try await world.verify(token, for: audiences) }
  }

  @Test("A token by one of the issuer's keys, for this audience and for now, proves its subject")
  func sound() async throws {
    let token = try issuer.token(
      TestIssuer.claims(#","repository":"octo/app","kubernetes.io":{"namespace":"a"}"#))
    let verified = try await world.verify(token)
    #expect(verified.issuer == TestIssuer.url)
    #expect(verified.subject == "robot" && verified.audience == "claviger")
    #expect(verified.claims["aud"] == ["claviger"] && verified.claims["oaud"] == nil)
    #expect(verified.claims["repository"] == ["octo/app"] && verified.claims["kubernetes.io"] == nil)
    #expect(verified.expiresAt == Fixtures.start.advanced(seconds: 600))
    #expect(try world.verifier.issuer(of: token) == TestIssuer.url)
    _ = try await world.verify(issuer.token(header: #"{"alg":"ES256","kid":"ec-1"}"#))
  }

  @Test("No algorithm at all is no algorithm", arguments: ["none", "None", "NONE", "nOnE", ""])
  func noAlgorithm(_ name: String) async throws {
    let signed = try issuer.token(header: #"{"alg":"\#(name)","kid":"rsa-1"}"#)
    await expect(.algorithm, signed)
    let parts = signed.split(separator: ".")
    await expect(.algorithm, "\(parts[0]).\(parts[1]).AA")
    await expect(.algorithm, "\(parts[0]).\(parts[1]).")
    await expect(.malformed, "\(parts[0]).\(parts[1])")
  }

  @Test("The public key is no shared secret", arguments: ["HS256", "HS384", "HS512"])
  func confusion(_ name: String) async throws {
    let header = base64URL(Array(#"{"alg":"\#(name)","kid":"rsa-1"}"#.utf8))
    let signed = header + "." + base64URL(Array(TestIssuer.claims().utf8))
    for key in [issuer.keys.rsa.publicKey.pemRepresentation, issuer.rsaKey()] {
      let code = HMAC<SHA256>.authenticationCode(
        for: Data(signed.utf8), using: SymmetricKey(data: Data(key.utf8)))
      await expect(.algorithm, signed + "." + base64URL(Array(code)))
    }
  }

  @Test("A key is used with its own algorithm only, and an issuer with its own")
  func pinned() async throws {
    await expect(.algorithm, try issuer.token(header: #"{"alg":"PS256","kid":"rsa-1"}"#))
    await expect(.unknownKey, try issuer.token(header: #"{"alg":"ES256","kid":"rsa-1"}"#))
    await expect(.unknownKey, try issuer.token(header: #"{"alg":"RS256","kid":"ec-1"}"#))
    let generous = TokenWorld(issuer) { $0.algorithms = [.rs256, .ps256, .es256] }
    await #expect(throws: TokenFault.unknownKey) {
      try await generous.verify(issuer.token(header: #"{"alg":"PS256","kid":"rsa-1"}"#))
    }
    issuer.publish("/realm/keys", TestIssuer.set([issuer.rsaKey("rsa-1", "")]))
    generous.clock.advance(seconds: 11)
    try await generous.verify(issuer.token(header: #"{"alg":"PS256","kid":"rsa-1"}"#))
    try await generous.verify(issuer.token())
  }

  @Test("A signature by another key, or over another text, is none")
  func signature() async throws {
    let stranger = TestIssuer(.second)
    await expect(.badSignature, try stranger.token())
    await expect(.badSignature, try stranger.token(header: #"{"alg":"ES256","kid":"ec-1"}"#))
    let one = try issuer.token().split(separator: ".")
    let other = try issuer.token(TestIssuer.claims(subject: #""sub":"admin","#)).split(separator: ".")
    await expect(.badSignature, "\(one[0]).\(other[1]).\(one[2])")
    await expect(.badSignature, "\(one[0]).\(one[1]).AAAA")
  }

  @Test("A key that the issuer doesn't have is unknown")
  func wrongKey() async throws {
    await expect(.unknownKey, try issuer.token(header: #"{"alg":"RS256","kid":"rsa-2"}"#))
    await expect(.unknownKey, try issuer.token(header: #"{"alg":"RS256","kid":""}"#))
  }

  @Test("Without a key id, the issuer must have one key only that it could be")
  func noKeyID() async throws {
    let token = try issuer.token(header: #"{"alg":"RS256"}"#)
    try await world.verify(token)
    issuer.publish("/realm/keys", TestIssuer.set([issuer.rsaKey(), TestIssuer(.second).rsaKey("rsa-2")]))
    let other = TokenWorld(issuer)
    await #expect(throws: TokenFault.unknownKey) { try await other.verify(token) }
  }

  @Test("Another issuer is unknown, however little the name differs")
  func wrongIssuer() async throws {
    for name in [
      "https://issuer.example", TestIssuer.url + "/", "http://issuer.example/realm",
      "https://ISSUER.example/realm", "https://issuer.example:443/realm",
    ] {
      let token = try issuer.token(TestIssuer.claims(issuer: name))
      await expect(.unknownIssuer, token)
      #expect(throws: TokenFault.unknownIssuer) { try world.verifier.issuer(of: token) }
    }
    #expect(issuer.fetches.isEmpty)
  }

  @Test(
    "It must be for an audience that was asked for", arguments: [#""other""#, #"["a","b"]"#, #""claviger ""#])
  func wrongAudience(_ audience: String) async throws {
    await expect(.wrongAudience, try issuer.token(TestIssuer.claims(audience: audience)))
    #expect(issuer.fetches.isEmpty)
  }

  @Test("One of several audiences is enough; the authorised party goes before them")
  func audiences() async throws {
    let several = try issuer.token(TestIssuer.claims(audience: #"["other","claviger"]"#))
    #expect(try await world.verify(several).audience == "claviger")
    let party = try issuer.token(TestIssuer.claims(audience: #""api""#, #","azp":"claviger""#))
    let verified = try await world.verify(party)
    #expect(verified.claims["aud"] == ["claviger"] && verified.claims["oaud"] == ["api"])
    await expect(.wrongAudience, try issuer.token(TestIssuer.claims(#","azp":"other""#)))
    await expect(.wrongAudience, try issuer.token(), for: [])
    let strict = TokenWorld(issuer) { $0.audiences = ["claviger"] }
    try await strict.verify(several)
    await #expect(throws: TokenFault.wrongAudience) { try await strict.verify(party) }
  }

  @Test("It is good until it expires, not a second longer, and not before its time but for a minute")
  func times() async throws {
    let token = try issuer.token(TestIssuer.claims(expires: 100))
    world.clock.advance(seconds: 99)
    try await world.verify(token)
    world.clock.advance(seconds: 1)
    let second = Fixtures.start.milliseconds / 1000 + 100
    await expect(.expired(now: second, expiry: second), token)
    for (name, ahead) in [("nbf", 160), ("nbf", 161), ("iat", 160), ("iat", 161)] as [(String, Int64)] {
      let moment = Fixtures.start.milliseconds / 1000 + ahead
      let claims =
        name == "nbf"
        ? TestIssuer.claims(#","nbf":\#(moment)"#) : TestIssuer.claims(issued: ahead)
      if ahead == 160 {
        try await world.verify(issuer.token(claims))
      } else {
        await expect(.notYetValid, try issuer.token(claims))
      }
    }
  }

  @Test("What must be there must be there")
  func missing() async throws {
    await expect(.missingClaim("sub"), try issuer.token(TestIssuer.claims(subject: "")))
    let start = Fixtures.start.milliseconds / 1000
    await expect(
      .missingClaim("exp"),
      try issuer.token(#"{"iss":"\#(TestIssuer.url)","sub":"robot","aud":"claviger"}"#))
    await expect(
      .missingClaim("aud"), try issuer.token(#"{"iss":"\#(TestIssuer.url)","sub":"r","exp":\#(start + 9)}"#))
    await expect(.missingClaim("iss"), try issuer.token(#"{"sub":"robot","aud":"claviger"}"#))
  }

  @Test(
    "A header with an extension, another kind of content, or something twice is refused",
    arguments: [
      #"{"alg":"RS256","kid":"rsa-1","crit":["exp"]}"#, #"{"alg":"RS256","kid":"rsa-1","crit":[]}"#,
      #"{"alg":"RS256","kid":"rsa-1","b64":false}"#, #"{"alg":"RS256","kid":"rsa-1","cty":"JWT"}"#,
      #"{"alg":"RS256","kid":"rsa-1","typ":"logout+jwt"}"#, #"{"alg":"RS256","kid":"rsa-1","typ":"at+jwt"}"#,
      #"{"alg":"RS256","kid":"rsa-1","typ":1}"#, #"{"alg":"RS256","kid":7}"#, #"{"alg":["RS256"]}"#,
      #"{"alg":"none","alg":"RS256","kid":"rsa-1"}"#, #"{"alg":"RS256","kid":"rsa-1"} "# + "x",
      #"{"kid":"rsa-1"}"#, #"["RS256"]"#, "", "{",
    ])
  func header(_ header: String) async throws { await expect(.malformed, try issuer.token(header: header)) }

  @Test(
    "Claims of another type, or twice, are refused",
    arguments: [
      TestIssuer.claims(#","sub":"admin""#), TestIssuer.claims(subject: #""sub":7,"#),
      TestIssuer.claims(subject: #""sub":"","#), TestIssuer.claims(audience: "[]"),
      TestIssuer.claims(audience: "[1]"), TestIssuer.claims(audience: #"{"a":"claviger"}"#),
      TestIssuer.claims(audience: "null"), TestIssuer.claims(#","nbf":"0""#),
      TestIssuer.claims(#","nbf":-1"#),
      TestIssuer.claims(#","nbf":1e300"#), TestIssuer.claims(#","azp":["claviger"]"#), "[]", "7",
    ])
  func claims(_ claims: String) async throws {
    await expect(.malformed, try issuer.token(claims))
  }

  @Test("Claims whose names differ only by case are no claims of one token")
  func collisions() async throws {
    for more in [#","SUB":"admin""#, #","Groups":["a"],"groups":["b"]"#, #","AUD":"x""#] {
      await expect(.malformed, try issuer.token(TestIssuer.claims(more)))
    }
    try await world.verify(issuer.token(TestIssuer.claims(#","groupes":["a"],"groups":["b"]"#)))
  }

  @Test("What conditions can't ask about is said, so that they don't take it for absent")
  func unread() async throws {
    let many = (0..<129).map { "\"g\($0)\"" }.joined(separator: ",")
    let verified = try await world.verify(
      issuer.token(
        TestIssuer.claims(#","groups":[\#(many)],"place":{"a":1},"none":null,"mixed":["a",{}],"team":"x""#)))
    #expect(verified.unread == ["groups", "place", "none", "mixed"])
    #expect(verified.claims["team"] == ["x"] && verified.claims["groups"] == nil)
    let crowd = (0..<200).map { #","c\#($0)":1"# }.joined()
    let crowded = try await world.verify(issuer.token(TestIssuer.claims(crowd)))
    #expect(crowded.unread.count >= 200 - 128 && crowded.claims["aud"] == ["claviger"])
    #expect(crowded.claims.keys.filter(crowded.unread.contains).isEmpty)
  }

  @Test("A token has one spelling")
  func spelling() async throws {
    let token = try issuer.token()
    for other in [
      token + "=", token + ".", "." + token, token + " ", token.replacing(".", with: ".."), "",
      "a.b.c", String(repeating: "a", count: 20_001),
    ] {
      await expect(.malformed, other)
    }
    // The last character of the signature carries unused bits.
    let last = token.last == "A" ? "B" : "A"
    await #expect(throws: TokenFault.self) { try await world.verify(token.dropLast() + last) }
  }

  @Test("Keys and addresses of keys in the header are not looked at")
  func embeddedKey() async throws {
    let stranger = TestIssuer(.second)
    let header = #"""
      {"alg":"RS256","kid":"rsa-1","jwk":\#(stranger.rsaKey()),"jku":"https://evil.example/keys","x5u":"https://evil.example"}
      """#
    await expect(.badSignature, try stranger.token(header: header))
    #expect(issuer.fetches.allSatisfy { $0.hasPrefix("https://issuer.example/") })
  }

  @Test("A server that trusts no issuer believes no token")
  func nobody() async throws {
    let token = try issuer.token()
    await #expect(throws: TokenFault.unknownIssuer) {
      try await NoIssuers().verify(token, for: ["claviger"])
    }
  }
}

@Suite("Tokens that are shown again")
struct ReplayTests {
  /// A server whose first minute is over, and claims of then.
  private func world() -> TokenWorld {
    let world = TokenWorld { $0.replay = .refuse }
    world.clock.advance(seconds: 60)
    return world
  }

  private func claims(expires: Int64 = 600, _ more: String = "") -> String {
    TestIssuer.claims(expires: expires, issued: 60, more)
  }

  @Test("Where tokens may be used again, they may, whether they have an id or not")
  func allowed() async throws {
    let world = TokenWorld()
    for token in [try world.issuer.token(), try world.issuer.token(TestIssuer.claims(#","jti":"1""#))] {
      for _ in 0..<3 { try await world.verify(token) }
    }
  }

  @Test("Where they are for one use, the second use is refused, by the token's id or by its text")
  func refused() async throws {
    let world = world()
    let tokens = [
      try world.issuer.token(claims()), try world.issuer.token(claims(#","jti":"1""#)),
      try world.issuer.token(header: #"{"alg":"ES256","kid":"ec-1"}"#, claims()),
    ]
    for token in tokens {
      try await world.verify(token)
      await #expect(throws: TokenFault.replayed) { try await world.verify(token) }
    }
    // The same id in another token is the same assertion.
    let same = try world.issuer.token(claims(expires: 500, #","jti":"1""#))
    await #expect(throws: TokenFault.replayed) { try await world.verify(same) }
    try await world.verify(world.issuer.token(claims(#","jti":"2""#)))
  }

  @Test("A token that is refused for something else is not used up")
  func notUsedUp() async throws {
    let world = world()
    let token = try world.issuer.token(claims())
    await #expect(throws: TokenFault.wrongAudience) { try await world.verify(token, for: ["x"]) }
    await #expect(throws: TokenFault.badSignature) {
      try await world.verify(TestIssuer(.second).token())
    }
    try await world.verify(token)
  }

  @Test("A token from before the server began may have been used")
  func beforeStart() async throws {
    let world = TokenWorld { $0.replay = .refuse }
    let old = try world.issuer.token(TestIssuer.claims(issued: -1))
    await #expect(throws: TokenFault.replayed) { try await world.verify(old) }
    // An issuer whose clock is a minute ahead may have given it to somebody who used it just before.
    let ahead = try world.issuer.token(TestIssuer.claims(issued: 59))
    await #expect(throws: TokenFault.replayed) { try await world.verify(ahead) }
    try await world.verify(world.issuer.token(TestIssuer.claims(issued: 60)))
    let start = Fixtures.start.milliseconds / 1000
    let undated = try world.issuer.token(
      #"{"iss":"\#(TestIssuer.url)","sub":"r","aud":"claviger","exp":\#(start + 9)}"#)
    await #expect(throws: TokenFault.missingClaim("iat")) { try await world.verify(undated) }
  }
}
