import Foundation
import KMSDomain
import KMSTestKit
import KMSTokens
import Testing

@Suite("The keys of issuers")
struct IssuerKeysTests {
  private let rotatedHeader = #"{"alg":"RS256","kid":"rsa-2"}"#
  private let configurationURL = "https://issuer.example/realm/.well-known/openid-configuration"
  private let keysURL = "https://issuer.example/realm/keys"

  @Test("They are fetched when first needed, once, and kept")
  func cached() async throws {
    let world = TokenWorld()
    let token = try world.issuer.token()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 { group.addTask { try await world.verify(token) } }
      try await group.waitForAll()
    }
    world.clock.advance(seconds: 599)
    try await world.verify(token)
    #expect(world.issuer.fetches == [configurationURL, keysURL])
  }

  @Test("A key that isn't among them makes the server ask again, but not more than once in a while")
  func rotation() async throws {
    let world = TokenWorld()
    try await world.verify(world.issuer.token())
    let rotated = try world.issuer.token(header: rotatedHeader)
    for _ in 0..<5 { await #expect(throws: TokenFault.unknownKey) { try await world.verify(rotated) } }
    #expect(world.issuer.fetches.count == 2)
    world.issuer.publish("/realm/keys", TestIssuer.set([world.issuer.rsaKey("rsa-2")]))
    world.clock.advance(seconds: 9)
    await #expect(throws: TokenFault.unknownKey) { try await world.verify(rotated) }
    world.clock.advance(seconds: 1)
    try await world.verify(rotated)
    #expect(world.issuer.fetches.count == 4)
    // The key that is gone is gone.
    world.clock.advance(seconds: 10)
    await #expect(throws: TokenFault.unknownKey) { try await world.verify(world.issuer.token()) }
  }

  @Test("Old keys are asked about again, and believed for a stated time while the issuer is down")
  func outage() async throws {
    let world = TokenWorld {
      $0.freshFor = .seconds(100)
      $0.staleFor = .seconds(200)
    }
    let token = try world.issuer.token()
    try await world.verify(token)
    world.issuer.setDown(true)
    world.clock.advance(seconds: 100)
    try await world.verify(token)
    #expect(world.issuer.fetches.count == 3)
    #expect(world.faults.causes.count == 1)
    try await world.verify(token)
    #expect(world.issuer.fetches.count == 3)
    world.clock.advance(seconds: 199)
    try await world.verify(token)
    world.clock.advance(seconds: 1)
    await #expect(throws: TokenFault.issuerUnreachable) { try await world.verify(token) }
    world.issuer.setDown(false)
    world.clock.advance(seconds: 10)
    try await world.verify(token)
  }

  @Test("An issuer that never answered is unreachable, and is left alone for a while")
  func neverThere() async throws {
    let world = TokenWorld()
    world.issuer.setDown(true)
    let token = try world.issuer.token()
    for _ in 0..<3 { await #expect(throws: TokenFault.issuerUnreachable) { try await world.verify(token) } }
    #expect(world.issuer.fetches.count == 1)
  }

  @Test(
    "A configuration of another issuer, or with keys elsewhere, is not believed",
    arguments: [
      TestIssuer.configuration(issuer: "https://issuer.example"),
      TestIssuer.configuration(issuer: TestIssuer.url + "/"),
      TestIssuer.configuration(keys: "https://evil.example/realm/keys"),
      TestIssuer.configuration(keys: "http://issuer.example/realm/keys"),
      TestIssuer.configuration(keys: "https://issuer.example:444/realm/keys"),
      TestIssuer.configuration(keys: "https://issuer.example@evil.example/realm/keys"),
      TestIssuer.configuration(keys: "file:///realm/keys"), "{}", "[]", "<html>",
      TestIssuer.configuration(
        keys: #"https://issuer.example/realm/keys","issuer":"https://issuer.example/realm"#),
    ])
  func discovery(_ configuration: String) async throws {
    let world = TokenWorld()
    world.issuer.publish("/realm/.well-known/openid-configuration", configuration)
    await #expect(throws: TokenFault.issuerUnreachable) { try await world.verify(world.issuer.token()) }
  }

  @Test("Keys for other uses, of other kinds or too small are passed over")
  func unusable() async throws {
    let issuer = TestIssuer()
    let others = [
      issuer.rsaKey("rsa-1", #","use":"enc""#), issuer.rsaKey("rsa-1", #","alg":"RSA-OAEP""#),
      issuer.rsaKey("rsa-1", #","key_ops":["encrypt"]"#), issuer.rsaKey("rsa-1", #","alg":"HS256""#),
      #"{"kty":"oct","kid":"rsa-1","k":"c2VjcmV0","alg":"HS256","use":"sig"}"#,
      #"{"kty":"RSA","kid":"rsa-1","n":"AQAB","e":"AQAB","use":"sig"}"#,
      issuer.rsaKey("rsa-1").replacing(#""e":"AQAB""#, with: #""e":"AQ""#),
      issuer.rsaKey("rsa-1").replacing(#""kid":"rsa-1""#, with: #""kid":1"#),
      issuer.p256Key("rsa-1").replacing("P-256", with: "P-384"), "7",
    ]
    for other in others {
      let world = TokenWorld(issuer)
      issuer.publish("/realm/keys", TestIssuer.set([other]))
      await #expect(throws: TokenFault.unknownKey, "\(other)") { try await world.verify(issuer.token()) }
    }
    let world = TokenWorld(issuer)
    issuer.publish("/realm/keys", TestIssuer.set(others + [issuer.rsaKey()]))
    try await world.verify(issuer.token())
  }

  @Test("Two keys under one name for one algorithm can't be told apart, so none is believed")
  func ambiguous() async throws {
    let world = TokenWorld()
    world.issuer.publish(
      "/realm/keys", TestIssuer.set([world.issuer.rsaKey(), TestIssuer(.second).rsaKey()]))
    await #expect(throws: TokenFault.issuerUnreachable) { try await world.verify(world.issuer.token()) }
  }

  @Test("They can come from a named address, or from a file")
  func elsewhere() async throws {
    let issuer = TestIssuer()
    issuer.publish("/certs", TestIssuer.set([issuer.rsaKey()]))
    let address = try #require(WebAddress("https://keys.example/certs"))
    let named = TokenWorld(issuer) { $0.keys = .url(address) }
    try await named.verify(issuer.token())
    #expect(issuer.fetches == ["https://keys.example/certs"])

    let file = FileManager.default.temporaryDirectory.appending(path: "claviger-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    let world = TokenWorld(issuer) { $0.keys = .file(file.path) }
    await #expect(throws: TokenFault.issuerUnreachable) { try await world.verify(issuer.token()) }
    try Data(TestIssuer.set([issuer.rsaKey()]).utf8).write(to: file)
    world.clock.advance(seconds: 10)
    try await world.verify(issuer.token())
    try Data(TestIssuer.set([issuer.rsaKey("rsa-2")]).utf8).write(to: file)
    world.clock.advance(seconds: 10)
    try await world.verify(issuer.token(header: rotatedHeader))
  }

  @Test("Addresses have one reading")
  func addresses() throws {
    for text in [
      "https://a.example", "https://a.example/", "https://a.example:8443/x/y", "http://127.0.0.1:80/",
      "https://[::1]:1/",
    ] {
      #expect(WebAddress(text) != nil, "\(text)")
    }
    for text in [
      "", "https://", "ftp://a.example", "https://a.example?x", "https://a.example/#x", "https://u@a.example",
      "https://a.example:0", "https://a.example:65536", "https://a.example:x", "https://a b",
      "https://a.example\\x",
      "https://a.example/\u{e9}", "https://[::2]", "HTTPS://a.example",
    ] {
      #expect(WebAddress(text) == nil, "\(text)")
    }
    #expect(WebAddress("https://A.example:443/x")?.text == "https://a.example/x")
  }
}
