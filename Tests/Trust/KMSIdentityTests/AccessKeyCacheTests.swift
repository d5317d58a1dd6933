import KMSDomain
import KMSIdentity
import KMSTestKit
import SigV4
import Synchronization
import Testing

@Suite("What the authenticator keeps")
struct AccessKeyCacheTests {
  @Test("64 cold requests at once are one load")
  func singleFlight() async throws {
    let world = World()
    world.store.gate.close()
    let request = try world.request()
    let callers = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<64 {
        group.addTask { try await world.authenticator.authenticate(request).caller.principal }
      }
      await world.store.gate.someoneWaits()
      world.store.gate.open()
      return try await group.reduce(into: [String]()) { $0.append($1) }
    }
    #expect(callers == Array(repeating: Fixtures.principal("alice"), count: 64))
    #expect(world.store.loads == 1)
  }

  @Test("A failed load fails everyone who waited for it, and is not remembered")
  func sharedFailure() async throws {
    let world = World()
    world.store.state.withLock { $0.isDown = true }
    world.store.gate.close()
    let request = try world.request()
    let first = Task { try await world.authenticator.authenticate(request) }
    await world.store.gate.someoneWaits()
    world.store.state.withLock { $0.isDown = false }
    world.store.gate.open()
    await #expect(throws: IdentityError.fault(.storeUnavailable)) { try await first.value }
    _ = try await world.authenticator.authenticate(request)
  }

  @Test("A forgotten key is loaded anew: a deactivation takes effect at once")
  func forgetKey() async throws {
    let world = World()
    _ = try await world.authenticator.authenticate(world.request())
    world.add(World.accessKey(isActive: false))
    #expect(try world.authenticator.authenticateWarm(world.request()) != nil)
    world.authenticator.forget(accessKey: "AKIDEXAMPLE")
    #expect(try world.authenticator.authenticateWarm(world.request()) == nil)
    await #expect(throws: IdentityError.unknownKey) {
      try await world.authenticator.authenticate(world.request())
    }
  }

  @Test("Forgetting what many of an account may carry leaves other accounts' keys where they are")
  func forgetAccount() async throws {
    let world = World()
    _ = try await world.authenticator.authenticate(world.request())
    world.authenticator.forgetAll(of: Fixtures.otherAccount)
    #expect(world.authenticator.cachedKeys == 1)
    world.authenticator.forgetAll(of: Fixtures.account)
    #expect(world.authenticator.cachedKeys == 0)
  }

  @Test("Forgetting a principal forgets all its keys")
  func forgetPrincipal() async throws {
    let world = World()
    world.add(World.accessKey("AKIDSECOND"))
    for id in ["AKIDEXAMPLE", "AKIDSECOND"] {
      _ = try await world.authenticator.authenticate(world.request(id))
    }
    world.authenticator.forget(principal: IdentityID("AIDAOTHER"))
    #expect(world.authenticator.cachedKeys == 2)
    world.add(World.owner(name: "renamed"))
    world.authenticator.forget(principal: World.ownerID)
    #expect(world.authenticator.cachedKeys == 0)
    let identity = try await world.authenticator.authenticate(world.request("AKIDSECOND"))
    #expect(identity.caller.principal == Fixtures.principal("renamed"))
  }

  @Test("A load that began before a change is not kept after it", arguments: [false, true])
  func forgetInFlight(_ byPrincipal: Bool) async throws {
    let world = World()
    world.store.gate.close()
    let request = try world.request()
    let first = Task { try await world.authenticator.authenticate(request) }
    await world.store.gate.someoneWaits()
    if byPrincipal {
      world.authenticator.forget(principal: World.ownerID)
    } else {
      world.authenticator.forget(accessKey: "AKIDEXAMPLE")
    }
    world.store.gate.open()
    _ = try await first.value
    #expect(world.authenticator.cachedKeys == 0)
    #expect(try world.authenticator.authenticateWarm(request) == nil)
  }

  @Test("No more keys are kept than the limit says, and the oldest goes first")
  func bounded() async throws {
    let world = World(cacheLimit: 2)
    for number in 0..<5 {
      world.add(World.accessKey("AKID\(number)"))
      _ = try await world.authenticator.authenticate(world.request("AKID\(number)"))
      #expect(world.authenticator.cachedKeys <= 2)
    }
    #expect(try world.authenticator.authenticateWarm(world.request("AKID2")) == nil)
    #expect(try world.authenticator.authenticateWarm(world.request("AKID3")) != nil)
    #expect(try world.authenticator.authenticateWarm(world.request("AKID4")) != nil)
  }

  @Test("The bound holds when keys are forgotten and come back")
  func boundedAfterForgetting() async throws {
    let world = World(cacheLimit: 2)
    for number in 0..<3 { world.add(World.accessKey("AKID\(number)")) }
    for number in [0, 1, 0, 2, 0, 0, 1, 2, 1] {
      _ = try await world.authenticator.authenticate(world.request("AKID\(number)"))
      #expect(world.authenticator.cachedKeys <= 2)
      if number == 0 { world.authenticator.forget(accessKey: "AKID0") }
    }
  }

  @Test("A key keeps at most 32 scopes, and only such as were proved")
  func scopesAreBounded() async throws {
    let world = World()
    for number in 0..<40 {
      let forged = try world.request(secret: "guess", region: "forged-\(number)")
      await #expect(throws: IdentityError.refused(.signatureMismatch)) {
        try await world.authenticator.authenticate(forged)
      }
    }
    #expect(try world.authenticator.authenticateWarm(world.request(region: "forged-39")) == nil)
    for number in 0..<33 {
      _ = try await world.authenticator.authenticate(world.request(region: "region-\(number)"))
    }
    #expect(try world.authenticator.authenticateWarm(world.request(region: "region-0")) == nil)
    #expect(try world.authenticator.authenticateWarm(world.request(region: "region-1")) != nil)
    #expect(try world.authenticator.authenticateWarm(world.request(region: "region-32")) != nil)
  }
}
