import KMSDomain
import KMSEngine
import KMSIdentity
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every place has files open.
@Suite("The authority", .serialized)
struct AuthorityTests {
  @Test("A secret gets a token, and the token is its application and its user")
  func token() async throws {
    let place = try await Place()
    let token = try #require(await place.token())
    let (caller, application) = try await place.bearers.caller(
      token, audience: Place.resource, in: Fixtures.account, from: "10.0.0.1")
    #expect(application == place.application)
    #expect(caller.userName == "shop" && caller.credential == application.clientID.text)
    #expect(caller.account == Fixtures.account && !caller.isRoot && !caller.isSystem)
  }

  @Test("A token is for one resource, one account and one time, and for nothing else")
  func limits() async throws {
    let place = try await Place()
    let token = try #require(await place.token())
    #expect(await place.failure(token, audience: "https://vault.kms.example") == .token(.wrongAudience))
    let other = try #require(AccountID("999988887777"))
    #expect(await place.failure(token, in: other) == .otherAccount)
    place.house.clock.advance(seconds: TokenKey.tokenLife)
    guard case .token(.expired) = await place.failure(token) else {
      Issue.record("a token that is over")
      return
    }
  }

  @Test("Whatever is changed of a token, it is nobody's")
  func damage() async throws {
    let place = try await Place()
    let token = try #require(await place.token())
    let parts = token.split(separator: ".").map(String.init)
    #expect(parts.count == 3)
    for wrong in [
      "", "a.b.c", parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1] + ".AAAA",
      parts[1] + "." + parts[0] + "." + parts[2], token + "A",
    ] {
      let failure = await place.failure(wrong)
      #expect(failure != nil, "\(wrong)")
    }
    // Another's signature by the same key.
    let second = try #require(await place.token()).split(separator: ".").map(String.init)
    #expect(await place.failure(parts[0] + "." + parts[1] + "." + second[2]) == .token(.badSignature))
  }

  @Test("A disabled application's tokens are good for nothing once it is known, and again when it is enabled")
  func disabled() async throws {
    let place = try await Place()
    let token = try #require(await place.token())
    func change(_ edit: ApplicationEdit, _ number: UInt64) async throws {
      _ = try await place.house.engine.run(
        UpdateApplication(place.application.clientID, in: Fixtures.account, edit), as: .system,
        from: Fixtures.origin(number))
      place.authority.applications.forget(application: place.application.clientID)
    }
    try await change(.disable, 4)
    #expect(await place.failure(token) == .unknown)
    #expect(await place.token() == nil)
    try await change(.enable, 5)
    #expect(await place.failure(token) == nil)
  }

  @Test("Tokens outlive the change of keys, and keys their tokens")
  func rotation() async throws {
    let place = try await Place()
    _ = await place.token()
    place.house.clock.advance(seconds: TokenKey.term - 10)
    let last = try #require(await place.token())
    place.house.clock.advance(seconds: 20)
    let next = try #require(await place.token())
    #expect(last.prefix { $0 != "." } != next.prefix { $0 != "." })
    #expect(await place.failure(last) == nil)
    #expect(await place.failure(next) == nil)
  }

  @Test("A tenant has the applications of its account and no others")
  func tenants() async throws {
    let place = try await Place()
    let own = Fixtures.account.tenant.text
    #expect(await place.ask("POST", "/\(own)/oauth2/v2.0/token", place.form()).status == 200)
    let other = try #require(AccountID("999988887777")).tenant.text
    let answer = await place.ask("POST", "/\(other)/oauth2/v2.0/token", place.form())
    #expect(answer.status == 400 && answer.body?["error"]?.string == "unauthorized_client")
    let none = await place.ask("POST", "/common/oauth2/v2.0/token", place.form())
    #expect(none.body?["error"]?.string == "invalid_request")
  }

  @Test(
    "Wrong requests get OAuth's words",
    arguments: [
      (["client_secret": "wrong"], "invalid_client"), (["client_secret": nil], "invalid_client"),
      (["client_id": nil], "invalid_request"), (["client_id": "x"], "unauthorized_client"),
      (["grant_type": "password"], "unsupported_grant_type"), (["scope": "openid"], "invalid_scope"),
      (["scope": nil], "invalid_request"), (["scope": "https://evil.example/.default"], "invalid_resource"),
      (["client_assertion": "x"], "invalid_request"),
      (["client_secret": nil, "client_assertion": "x", "client_assertion_type": "x"], "invalid_request"),
    ] as [([String: String?], String)])
  func words(_ changes: [String: String?], _ word: String) async throws {
    let place = try await Place()
    let answer = await place.ask("POST", "/adfs/oauth2/v2.0/token", place.form(changes))
    #expect(answer.status == (word == "invalid_client" ? 401 : 400))
    #expect(answer.body?["error"]?.string == word)
  }

  @Test("Tries that fail are limited, and those that succeed aren't")
  func limited() async throws {
    let place = try await Place(
      quotas: WebIdentityQuotas(
        perSource: RequestRate(2), total: RequestRate(100), perAccount: RequestRate(100)))
    for _ in 0..<5 { #expect(await place.token() != nil) }
    let wrong = place.form(["client_secret": "wrong"])
    for _ in 0..<2 { #expect(await place.ask("POST", "/adfs/oauth2/token", wrong).status == 401) }
    #expect(await place.ask("POST", "/adfs/oauth2/token", wrong).status == 429)
    #expect(await place.token() == nil)
  }

  @Test("A workload shows a secret in a header only where nobody listens")
  func managed() async throws {
    let place = try await Place()
    let target = "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fvault.kms.example%3A8443"
    let header = place.application.clientID.text + ":" + place.secret
    #expect(await place.ask("GET", target, header: header).status == 200)
    #expect(await place.ask("GET", target, encrypted: false, header: header).status == 400)
    #expect(await place.ask("GET", target, header: header + "x").status == 401)
    #expect(await place.ask("GET", target).status == 401)
    #expect(
      await place.ask(
        "GET", target.replacing("/msi/", with: "/metadata/identity/oauth2/"), encrypted: false
      ).status == 400)
  }

  @Test("Documents name the place where the client came in")
  func documents() async throws {
    let place = try await Place()
    let found = await place.ask("GET", "/adfs/.well-known/openid-configuration")
    #expect(found.body?["token_endpoint"]?.string == "https://login.kms.example:8443/adfs/oauth2/token")
    #expect(await place.ask("GET", "/common/discovery/instance").status == 200)
    #expect(await place.ask("GET", "/nowhere").status == 404)
    #expect(await place.ask("GET", "/adfs/oauth2/token").status == 405)
    _ = await place.token()
    #expect(await place.ask("GET", "/adfs/discovery/keys").body?["keys"]?.count == 1)
  }
}
