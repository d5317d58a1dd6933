import KMSDomain
import KMSIdentity
import KMSTestKit
import SigV4
import Synchronization
import Testing

@Suite("Callers with access keys")
struct AccessKeyAuthenticatorTests {
  let world = World()

  @Test("A valid signature proves the owner of the key, with the scope that was signed")
  func identity() async throws {
    let identity = try await world.authenticator.authenticate(world.request())
    #expect(identity.caller.account == Fixtures.account)
    #expect(identity.caller.principal == Fixtures.principal("alice"))
    #expect(identity.caller.principalID == "AIDAEXAMPLE")
    #expect(identity.caller.userName == "alice")
    #expect(!identity.caller.isRoot)
    #expect(identity.caller.credential == "AKIDEXAMPLE")
    #expect(identity.caller.policies.map(\.name) == ["work"])
    #expect(identity.caller.policies.first?.policy.statements.count == 1)
    #expect(identity.region == "eu-central-1")
    #expect(identity.service == "kms")
  }

  @Test("Nothing is warm until a request was verified; then neither store nor custody is asked")
  func warmth() async throws {
    #expect(try world.authenticator.authenticateWarm(world.request()) == nil)
    _ = try await world.authenticator.authenticate(world.request())
    for number in 0..<10 {
      let identity = try world.authenticator.authenticateWarm(world.request(body: "\(number)"))
      #expect(identity?.caller.credential == "AKIDEXAMPLE")
    }
    _ = try await world.authenticator.authenticate(world.request(body: "x"))
    #expect(world.store.loads == 1)
    #expect(world.vault.derivations == 1)
  }

  @Test("Each Region, service and day is warm for itself")
  func scopes() async throws {
    _ = try await world.authenticator.authenticate(world.request())
    #expect(try world.authenticator.authenticateWarm(world.request(region: "us-east-1")) == nil)
    #expect(try world.authenticator.authenticateWarm(world.request(service: "sts")) == nil)
    let elsewhere = try await world.authenticator.authenticate(world.request(region: "us-east-1"))
    #expect(elsewhere.region == "us-east-1")
    #expect(try world.authenticator.authenticateWarm(world.request()) != nil)
    world.clock.advance(seconds: 86_400)
    #expect(try world.authenticator.authenticateWarm(world.request()) == nil)
    #expect(world.store.loads == 1)
    #expect(world.vault.derivations == 2)
  }

  @Test("A warm key refuses a wrong signature like a cold one")
  func wrongSecret() async throws {
    let forged = try world.request(secret: "guess")
    await #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try await world.authenticator.authenticate(forged)
    }
    #expect(try world.authenticator.authenticateWarm(world.request()) == nil)
    _ = try await world.authenticator.authenticate(world.request())
    #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try world.authenticator.authenticateWarm(forged)
    }
  }

  @Test("The body is bound, warm and cold")
  func body() async throws {
    let request = try world.request(body: "{\"a\":1}")
    let altered = SignedRequest(
      method: request.method, target: request.target, headers: request.headers,
      payload: PayloadHash(of: Array("{\"a\":2}".utf8)))
    await #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try await world.authenticator.authenticate(altered)
    }
    _ = try await world.authenticator.authenticate(request)
    #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try world.authenticator.authenticateWarm(altered)
    }
  }

  @Test("An unknown key and an inactive one look the same, and are asked for each time")
  func unknown() async throws {
    world.add(World.accessKey("AKIDINACTIVE", isActive: false))
    for id in ["AKIDNOBODY", "AKIDINACTIVE"] {
      for _ in 0..<2 {
        await #expect(throws: IdentityError.unknownKey) {
          try await world.authenticator.authenticate(world.request(id))
        }
      }
    }
    #expect(world.store.loads == 4)
    #expect(world.authenticator.cachedKeys == 0)
  }

  @Test("What the request alone decides costs no read")
  func earlyRefusals() async throws {
    let bare = SignedRequest(
      method: "POST", target: "/", headers: [(name: "host", value: "h")], payload: .empty)
    #expect(throws: IdentityError.refused(.missing)) { try world.authenticator.authenticateWarm(bare) }
    await #expect(throws: IdentityError.refused(.missing)) {
      try await world.authenticator.authenticate(bare)
    }
    let token = try world.request(headers: [(name: "x-amz-security-token", value: "t")])
    await #expect(throws: IdentityError.invalidToken) {
      try await world.authenticator.authenticate(token)
    }
    #expect(world.store.loads == 0)
  }

  @Test("Five minutes either way are good, a second more is not, warm and cold")
  func skew() async throws {
    let start = world.now
    for seconds in [Int64(-300), 300] {
      _ = try await world.authenticator.authenticate(world.request(at: start.advanced(by: seconds)))
    }
    let late = try world.request(at: start.advanced(by: -301))
    let lateness = SigV4Refusal.Lateness(signedAt: start.advanced(by: -301), now: start, allowance: 300)
    #expect(throws: IdentityError.refused(.expired(lateness))) {
      try world.authenticator.authenticateWarm(late)
    }
    await #expect(throws: IdentityError.refused(.expired(lateness))) {
      try await world.authenticator.authenticate(late)
    }
    let early = try world.request(at: start.advanced(by: 301))
    let earliness = SigV4Refusal.Lateness(signedAt: start.advanced(by: 301), now: start, allowance: 300)
    await #expect(throws: IdentityError.refused(.notYetCurrent(earliness))) {
      try await world.authenticator.authenticate(early)
    }
  }

  @Test("A presigned request is good for its life, and not a second more")
  func presigned() async throws {
    let request = try world.presigned(lifetime: 900)
    let signedAt = world.now
    _ = try await world.authenticator.authenticate(request)
    world.clock.advance(seconds: 900)
    #expect(try world.authenticator.authenticateWarm(request) != nil)
    world.clock.advance(seconds: 1)
    let lateness = SigV4Refusal.Lateness(signedAt: signedAt, now: world.now, allowance: 900)
    #expect(throws: IdentityError.refused(.expired(lateness))) {
      try world.authenticator.authenticateWarm(request)
    }
  }
}

@Suite("Records that can't be believed")
struct CorruptIdentityTests {
  let world = World()

  private func expectFault(_ corruption: KMSError.Corruption, _ id: String = "AKIDEXAMPLE") async {
    await #expect(throws: IdentityError.fault(.corrupt(corruption))) {
      try await world.authenticator.authenticate(world.request(id))
    }
    #expect(world.authenticator.cachedKeys == 0)
  }

  @Test("An edited access key is a fault, not a caller")
  func editedKey() async {
    world.store.state.withLock { state in
      let code = state.keys["AKIDEXAMPLE"]?.code ?? []
      state.keys["AKIDEXAMPLE"] = Authenticated(World.accessKey(secret: "mine"), code: code)
    }
    await expectFault(.accessKey)
  }

  @Test("A key can't be reactivated by editing its row")
  func reactivated() async {
    let inactive = World.accessKey(isActive: false)
    world.store.state.withLock { state in
      let code = world.codes.code(for: inactive.canonicalBytes)
      state.keys["AKIDEXAMPLE"] = Authenticated(World.accessKey(), code: code)
    }
    await expectFault(.accessKey)
  }

  @Test("A sound row in another key's place is a fault")
  func swappedKey() async {
    world.add(World.accessKey("AKIDOTHER"), under: "AKIDEXAMPLE")
    await expectFault(.accessKey)
  }

  @Test("An edited owner is a fault, and so is an owner who is gone")
  func owner() async {
    world.store.state.withLock { state in
      let code = state.principals[World.ownerID]?.code ?? []
      state.principals[World.ownerID] = Authenticated(World.owner(name: "root"), code: code)
    }
    await expectFault(.principal)
    world.store.state.withLock { $0.principals = [:] }
    await expectFault(.principal)
  }

  @Test("An owner whose policy doesn't compile any more is a fault")
  func policy() async {
    world.add(World.owner(policy: "gibberish"))
    await expectFault(.policy)
  }

  @Test("A store that is down is a fault, and the next request asks again")
  func storeDown() async throws {
    world.store.state.withLock { $0.isDown = true }
    await #expect(throws: IdentityError.fault(.storeUnavailable)) {
      try await world.authenticator.authenticate(world.request())
    }
    world.store.state.withLock { $0.isDown = false }
    _ = try await world.authenticator.authenticate(world.request())
    #expect(world.store.loads == 2)
  }

  @Test("A derived key of the wrong length is a fault")
  func shortKey() async throws {
    world.add(World.accessKey(secret: "short"))
    await #expect(throws: IdentityError.fault(.custodyUnavailable)) {
      try await world.authenticator.authenticate(world.request(secret: "short"))
    }
  }
}
