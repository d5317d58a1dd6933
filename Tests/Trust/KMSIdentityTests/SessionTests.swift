import KMSBytes
import KMSDomain
import KMSIdentity
import KMSTestKit
import SigV4
import Synchronization
import Testing

/// A session of alice's, as custody's stand-in would have issued it.
struct TestSession {
  let accessKey: String
  let claims: SessionClaims

  init(
    _ accessKey: String = "ASIAEXAMPLE", kind: SessionClaims.Kind = .user, name: String = "",
    seconds: Int64 = 900, policies: SessionClaims.Policies? = nil, tags: [KMSDomain.Tag] = []
  ) {
    self.accessKey = accessKey
    claims = SessionClaims(
      kind: kind, account: Fixtures.account, principal: kind == .role ? World.roleID : World.ownerID,
      name: name, issuedAt: Fixtures.start, expiresAt: Fixtures.start.advanced(seconds: seconds),
      policies: policies,
      tags: tags, sourceIdentity: "maria")
  }

  var token: String { Base64.string(Array("\(accessKey):".utf8) + claims.canonicalBytes) }
}

extension World {
  static let roleID = IdentityID("AROAEXAMPLE")

  /// A role without policies.
  static func role(name: String = "builder") -> IdentityRecord {
    IdentityRecord(
      id: roleID, account: Fixtures.account, name: name, createdAt: Fixtures.start,
      tags: [.init(key: "team", value: "blue"), .init(key: "stage", value: "test")],
      body: .role(IdentityRecord.Role(trust: Array("nobody".utf8), description: "", maxSessionSeconds: 3600)))
  }

  func request(
    _ session: TestSession, accessKey: String? = nil, token: String? = nil, secret: String = "secret",
    region: String = "eu-central-1", body: String = "{}"
  ) throws -> SignedRequest {
    try request(
      accessKey ?? session.accessKey, secret: secret, region: region, body: body,
      headers: [(name: "x-amz-security-token", value: token ?? session.token)])
  }
}

@Suite("Callers in sessions")
struct SessionTests {
  let world = World()

  private let alice = "user:\(Fixtures.account.text):alice"
  private let builder = "role:\(Fixtures.account.text):builder"

  init() { world.add(World.role()) }

  @Test("A session of a user acts as the user")
  func user() async throws {
    let caller = try await world.authenticator.authenticate(world.request(TestSession())).caller
    #expect(caller.principal == alice)
    #expect(caller.principalID == "AIDAEXAMPLE")
    #expect(caller.userName == "alice")
    #expect(caller.credential == "ASIAEXAMPLE")
    #expect(caller.policies.map(\.name) == ["work"])
    #expect(caller.session?.kind == .user)
    #expect(caller.session?.policies == nil)
    #expect(caller.session?.issuedAt == Fixtures.start)
    #expect(caller.session?.sourceIdentity == "maria")
  }

  @Test("A role's session and that of somebody whom a user vouched for have names of their own")
  func names() async throws {
    let role = try await world.authenticator.authenticate(
      world.request(TestSession(kind: .role, name: "build"))
    ).caller
    #expect(role.principal == "\(builder)@build")
    #expect(role.principalID == "AROAEXAMPLE:build")
    #expect(role.userName == nil)
    #expect(role.session?.kind == .role(builder))
    let guest = try await world.authenticator.authenticate(
      world.request(
        TestSession(
          "ASIAGUEST", kind: .federated, name: "guest",
          policies: SessionClaims.Policies(document: Array("only *".utf8), managed: [])))
    ).caller
    #expect(guest.principal == "federated:guest")
    #expect(guest.principalID == "\(Fixtures.account.text):guest")
    #expect(guest.session?.kind == .federated(by: alice))
    #expect(guest.session?.policies?.map(\.name) == ["session"])
  }

  @Test("Tags of the session go before those of the role, whatever the case of their keys")
  func tags() async throws {
    let session = TestSession(kind: .role, name: "build", tags: [.init(key: "Team", value: "red")])
    let caller = try await world.authenticator.authenticate(world.request(session)).caller
    #expect(caller.tags == [.init(key: "Team", value: "red"), .init(key: "stage", value: "test")])
  }

  @Test("A session that is limited by a policy that is gone is dead")
  func policyGone() async throws {
    let session = TestSession(
      policies: SessionClaims.Policies(document: nil, managed: [.own(IdentityID("ANPAGONE"))]))
    await #expect(throws: IdentityError.invalidToken) {
      try await world.authenticator.authenticate(world.request(session))
    }
  }

  @Test("A role's id doesn't serve a user's session, nor the other way round")
  func kinds() async throws {
    var user = World.role()
    user.body = World.owner().body
    world.add(user)
    await #expect(throws: IdentityError.invalidToken) {
      try await world.authenticator.authenticate(world.request(TestSession(kind: .role, name: "build")))
    }
  }

  @Test("A session without policies of its own is told apart from one that was begun with none")
  func noPolicies() async throws {
    let nothing = TestSession(policies: SessionClaims.Policies(document: nil, managed: []))
    let caller = try await world.authenticator.authenticate(world.request(nothing)).caller
    #expect(caller.session?.policies?.isEmpty == true)
  }

  @Test("A warm session asks neither store nor custody, and each Region derives for itself")
  func warmth() async throws {
    let session = TestSession()
    #expect(try world.authenticator.authenticateWarm(world.request(session)) == nil)
    _ = try await world.authenticator.authenticate(world.request(session))
    for number in 0..<10 {
      #expect(try world.authenticator.authenticateWarm(world.request(session, body: "\(number)")) != nil)
    }
    #expect(world.vault.openings == 1)
    #expect(world.vault.derivations == 1)
    #expect(world.store.state.withLock { $0.principalLoads } == 1)
    #expect(try world.authenticator.authenticateWarm(world.request(session, region: "us-east-1")) == nil)
    _ = try await world.authenticator.authenticate(world.request(session, region: "us-east-1"))
    #expect(try world.authenticator.authenticateWarm(world.request(session, region: "us-east-1")) != nil)
    #expect(world.store.state.withLock { $0.principalLoads } == 1)
    #expect(world.authenticator.cachedSessions == 1)
    #expect(world.authenticator.cachedKeys == 0)
  }

  @Test("A session ends by the server's clock, warm and cold, to the millisecond")
  func expiry() async throws {
    let session = TestSession(seconds: 900)
    world.sessionClock.advance(seconds: 899)
    _ = try await world.authenticator.authenticate(world.request(session))
    world.sessionClock.advance(seconds: 1)
    #expect(throws: IdentityError.expiredToken) {
      try world.authenticator.authenticateWarm(world.request(session))
    }
    await #expect(throws: IdentityError.expiredToken) {
      try await world.authenticator.authenticate(world.request(session))
    }
    let other = TestSession("ASIAOTHER", seconds: 900)
    await #expect(throws: IdentityError.expiredToken) {
      try await world.authenticator.authenticate(world.request(other))
    }
  }

  @Test(
    "Tokens that custody doesn't open are refused, warm and cold, and keep nothing", arguments: [false, true])
  func forged(_ isWarm: Bool) async throws {
    let session = TestSession()
    if isWarm { _ = try await world.authenticator.authenticate(world.request(session)) }
    let kept = world.authenticator.cachedSessions
    let forged = [
      try world.request(session, token: "t"), try world.request(session, token: ""),
      try world.request(session, token: TestSession("ASIAOTHER").token),
      try world.request(session, accessKey: "ASIAOTHER"),
      try world.request(session, accessKey: "AKIDEXAMPLE"),
      try world.request(session, token: session.token + "AAAA"),
    ]
    for request in forged {
      #expect(try world.authenticator.authenticateWarm(request) == nil)
      await #expect(throws: IdentityError.invalidToken) {
        try await world.authenticator.authenticate(request)
      }
    }
    #expect(world.authenticator.cachedSessions == kept)
  }

  @Test("A session's access key without its token is nobody's")
  func missingToken() async throws {
    let session = TestSession()
    _ = try await world.authenticator.authenticate(world.request(session))
    let bare = try world.request(session.accessKey)
    #expect(try world.authenticator.authenticateWarm(bare) == nil)
    await #expect(throws: IdentityError.unknownKey) { try await world.authenticator.authenticate(bare) }
  }

  @Test("A wrong secret is refused, warm and cold")
  func wrongSecret() async throws {
    let session = TestSession()
    let forged = try world.request(session, secret: "guess")
    await #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try await world.authenticator.authenticate(forged)
    }
    _ = try await world.authenticator.authenticate(world.request(session))
    #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try world.authenticator.authenticateWarm(forged)
    }
  }

  @Test("Two sessions whose access keys are alike don't pass for each other")
  func alike() async throws {
    let one = TestSession(name: "one")
    let other = TestSession(kind: .role, name: "other")
    for _ in 0..<2 {
      let first = try await world.authenticator.authenticate(world.request(one))
      #expect(first.caller.principal == alice)
      let second = try await world.authenticator.authenticate(world.request(other))
      #expect(second.caller.principal == "\(builder)@other")
    }
  }

  @Test("A session whose principal is gone is dead, and one whose principal changed has changed")
  func principal() async throws {
    let session = TestSession()
    _ = try await world.authenticator.authenticate(world.request(session))
    world.add(World.owner(name: "renamed"))
    world.authenticator.forget(principal: World.ownerID)
    #expect(try world.authenticator.authenticateWarm(world.request(session)) == nil)
    let renamed = try await world.authenticator.authenticate(world.request(session))
    #expect(renamed.caller.principal == "user:\(Fixtures.account.text):renamed")
    world.store.state.withLock { $0.principals = [:] }
    world.authenticator.forget(principal: World.ownerID)
    await #expect(throws: IdentityError.invalidToken) {
      try await world.authenticator.authenticate(world.request(session))
    }
  }

  @Test("A load that began before a change of the principal is not kept after it")
  func forgetInFlight() async throws {
    let session = TestSession()
    world.store.gate.close()
    let request = try world.request(session)
    let first = Task { try await world.authenticator.authenticate(request) }
    await world.store.gate.someoneWaits()
    world.authenticator.forget(principal: World.ownerID)
    world.store.gate.open()
    _ = try await first.value
    #expect(world.authenticator.cachedSessions == 0)
  }

  @Test("An edited principal is a fault, for sessions too")
  func editedPrincipal() async throws {
    world.store.state.withLock { state in
      let code = state.principals[World.ownerID]?.code ?? []
      state.principals[World.ownerID] = Authenticated(World.owner(name: "root"), code: code)
    }
    await #expect(throws: IdentityError.fault(.corrupt(.principal))) {
      try await world.authenticator.authenticate(world.request(TestSession()))
    }
  }

  @Test("A presigned request names its session in the query")
  func presigned() async throws {
    let session = TestSession()
    let token = session.token.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing(
      "=", with: "%3D")
    let request = try world.presigned(
      session.accessKey, lifetime: 60, target: "/?X-Amz-Security-Token=\(token)")
    let caller = try await world.authenticator.authenticate(request).caller
    #expect(caller.session != nil)
    #expect(try world.authenticator.authenticateWarm(request) != nil)
  }
}

@Suite("What the token of a session says")
struct SessionClaimsTests {
  @Test("Claims come back as they were written, whatever there is of them")
  func roundTrip() {
    let kinds: [SessionClaims.Kind] = [.role, .federated, .user]
    let policies: [SessionClaims.Policies?] = [
      nil, .init(document: nil, managed: []),
      .init(document: [1, 2], managed: [.own(IdentityID("a")), .builtIn("b")]),
      .init(document: [], managed: []),
    ]
    for kind in kinds {
      for policies in policies {
        for text in [nil, "", "é"] {
          let claims = SessionClaims(
            kind: kind, account: Fixtures.account, principal: World.ownerID, name: "n",
            issuedAt: Fixtures.start, expiresAt: Fixtures.start.advanced(seconds: 1), policies: policies,
            tags: text == nil ? [] : [.init(key: "k", value: "v"), .init(key: "l", value: "")],
            transitiveTags: text == nil ? [] : ["k"], sourceIdentity: text, provider: text)
          #expect(SessionClaims(canonicalBytes: claims.canonicalBytes) == claims)
        }
      }
    }
  }

  @Test("Anything shorter, longer or of another kind is nothing")
  func malformed() {
    let bytes = TestSession(tags: [.init(key: "k", value: "v")]).claims.canonicalBytes
    for count in bytes.indices { #expect(SessionClaims(canonicalBytes: Array(bytes[..<count])) == nil) }
    #expect(SessionClaims(canonicalBytes: bytes + [0]) == nil)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x80
      let read = SessionClaims(canonicalBytes: changed)
      #expect(read == nil || read?.canonicalBytes == changed)
    }
  }

  @Test("The id of a session's access key names the account, and nothing else does")
  func keyIDs() {
    for (account, random) in [(Fixtures.account, UInt64(0)), (Fixtures.otherAccount, .max)] {
      let id = SessionKeyID.make(for: account, random: random)
      #expect(id.count == 20 && id.hasPrefix("ASIA"))
      #expect(SessionKeyID.account(of: id) == account)
    }
    for id in [
      "", "ASIA", "ASIAEXAMPLE", "AKIAQAAAAAAAAAAAAAAA", "ASIAAAAAAAAAAAAAAAAA", "ASIA7777777777777777",
    ] {
      #expect(SessionKeyID.account(of: id) == nil)
    }
  }
}
