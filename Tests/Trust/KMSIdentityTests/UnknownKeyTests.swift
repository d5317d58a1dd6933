import KMSDomain
import KMSTestKit
import SigV4
import Synchronization
import Testing

@testable import KMSIdentity

@Suite("Floods of unknown access keys")
struct UnknownKeyTests {
  private static let quotas = UnknownKeyQuotas(perSource: RequestRate(5), total: RequestRate(12))
  private let world = World(unknownKeys: quotas)

  private func failure(_ id: String, from source: String) async throws -> IdentityError? {
    do {
      _ = try await world.authenticator.authenticate(world.request(id), from: source)
      return nil
    } catch {
      return error as? IdentityError
    }
  }

  private struct Outcome: Equatable {
    var unknown: Int
    var throttled: Int
  }

  /// What so many made-up keys get.
  private func flood(_ count: Int, from source: String) async throws -> Outcome {
    var outcome = Outcome(unknown: 0, throttled: 0)
    for number in 0..<count {
      let id = "AKID" + source.filter(\.isNumber) + "X\(number)"
      switch try await failure(id, from: source) {
      case .unknownKey?: outcome.unknown += 1
      case .throttled?: outcome.throttled += 1
      default: Issue.record("neither unknown nor throttled")
      }
    }
    return outcome
  }

  @Test("The store is asked so often for each source, and so often in all")
  func bounded() async throws {
    #expect(try await flood(100, from: "192.0.2.1") == Outcome(unknown: 5, throttled: 95))
    #expect(world.store.loads == 5)
    #expect(try await flood(100, from: "192.0.2.2") == Outcome(unknown: 5, throttled: 95))
    #expect(try await flood(100, from: "192.0.2.3") == Outcome(unknown: 2, throttled: 98))
    #expect(try await flood(100, from: "192.0.2.4") == Outcome(unknown: 0, throttled: 100))
    #expect(world.store.loads == 12)
    #expect(world.authenticator.turnedAway == 388)
    #expect(world.vault.derivations == 0)
    world.elapsed.advance(seconds: 1)
    #expect(try await flood(100, from: "192.0.2.1") == Outcome(unknown: 5, throttled: 95))
  }

  @Test("Whoever is known goes on, warm and in a new scope, from wherever")
  func knownKeys() async throws {
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.9") == nil)
    for source in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] { _ = try await flood(20, from: source) }
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == nil)
    #expect(
      try world.authenticator.authenticateWarm(world.request(), from: "192.0.2.1")?.caller.credential
        == "AKIDEXAMPLE")
    let elsewhere = try world.request(region: "us-east-1")
    _ = try await world.authenticator.authenticate(elsewhere, from: "192.0.2.1")
    #expect(try world.authenticator.authenticateWarm(elsewhere, from: "192.0.2.1") != nil)
  }

  @Test("One source's flood keeps no key of another source out that isn't in memory yet")
  func coldKeys() async throws {
    _ = try await flood(100, from: "192.0.2.1")
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.9") == nil)
  }

  @Test("A key that was found once is looked for again, flood or not, whenever it was forgotten")
  func foundOnce() async throws {
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == nil)
    for source in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] { _ = try await flood(20, from: source) }
    world.authenticator.forgetAll(of: Fixtures.account)
    #expect(world.authenticator.cachedKeys == 0)
    #expect(try world.authenticator.authenticateWarm(world.request(), from: "192.0.2.1") == nil)
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == nil)
    world.authenticator.forget(accessKey: "AKIDEXAMPLE")
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.9") == nil)
    // Once it is gone, it is like any that never was.
    world.authenticator.forget(accessKey: "AKIDEXAMPLE")
    world.store.state.withLock { $0.keys = [:] }
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == .unknownKey)
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == .throttled)
  }

  @Test("Keys that were found are remembered up to a number")
  func bounds() {
    let known = KnownKeys(limit: 10)
    for number in 0..<100 { known.insert("AKID\(number)") }
    #expect(known.count <= 10 && known.contains("AKID99") && !known.contains("AKID0"))
    known.remove("AKID99")
    #expect(!known.contains("AKID99"))
  }

  @Test("A site of IP version 6 is one source, an address of version 4 in its clothes is one for itself")
  func networks() async throws {
    for number in 0..<5 { _ = try await failure("AKIDX\(number)", from: "2001:db8:0:1::\(number)") }
    #expect(try await failure("AKIDX", from: "2001:db8:0:1:ffff::9") == .throttled)
    #expect(try await failure("AKIDX", from: "2001:db8:0:2::1") == .unknownKey)
    for number in 0..<5 { _ = try await failure("AKIDY\(number)", from: "::ffff:192.0.2.1") }
    #expect(try await failure("AKIDY", from: "::ffff:192.0.2.1") == .throttled)
    #expect(try await failure("AKIDY", from: "::ffff:192.0.2.2") == .unknownKey)
  }

  @Test("A key that is there takes nothing")
  func found() async throws {
    for number in 0..<30 {
      world.add(World.accessKey("AKIDGOOD\(number)"))
      #expect(try await failure("AKIDGOOD\(number)", from: "192.0.2.1") == nil)
    }
    #expect(try await flood(10, from: "192.0.2.1") == Outcome(unknown: 5, throttled: 5))
  }

  @Test("An inactive key is as good as unknown, and a store that fails takes too")
  func otherFailures() async throws {
    world.add(World.accessKey("AKIDOFF", isActive: false))
    #expect(try await failure("AKIDOFF", from: "192.0.2.1") == .unknownKey)
    world.store.state.withLock { $0.isDown = true }
    for _ in 0..<4 {
      #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == .fault(.storeUnavailable))
    }
    #expect(try await failure("AKIDEXAMPLE", from: "192.0.2.1") == .throttled)
    #expect(world.store.loads == 5)
  }

  @Test("The fast way refuses what the other would, takes nothing and counts nothing")
  func warm() async throws {
    for number in 0..<20 {
      let stranger = try world.request("AKIDX\(number)")
      #expect(try world.authenticator.authenticateWarm(stranger, from: "192.0.2.1") == nil)
    }
    _ = try await flood(5, from: "192.0.2.1")
    let stranger = try world.request("AKIDX")
    #expect(throws: IdentityError.throttled) {
      try world.authenticator.authenticateWarm(stranger, from: "192.0.2.1")
    }
    #expect(try world.authenticator.authenticateWarm(stranger, from: "192.0.2.2") == nil)
    #expect(world.authenticator.turnedAway == 0)
    world.authenticator.countTurnedAway()
    #expect(world.authenticator.turnedAway == 1)
  }

  @Test("What the request alone decides comes first")
  func earlyRefusals() async throws {
    _ = try await flood(5, from: "192.0.2.1")
    let bare = SignedRequest(
      method: "POST", target: "/", headers: [(name: "host", value: "h")], payload: .empty)
    await #expect(throws: IdentityError.refused(.missing)) {
      try await world.authenticator.authenticate(bare, from: "192.0.2.1")
    }
  }

  @Test("Searches under way count")
  func concurrent() async throws {
    world.store.gate.close()
    let searches = try (0..<5).map { number in
      let request = try world.request("AKIDX\(number)")
      return Task { try await world.authenticator.authenticate(request, from: "192.0.2.1") }
    }
    while world.store.loads < 5 { await Task.yield() }
    #expect(try await failure("AKIDY", from: "192.0.2.1") == .throttled)
    world.store.gate.open()
    for search in searches {
      await #expect(throws: IdentityError.unknownKey) { try await search.value }
    }
  }

  @Test("Sources are remembered up to a number, and while they have something to wait for")
  func sources() {
    let clock = ManualClock()
    let gate = StrangerGate(
      UnknownKeyQuotas(perSource: RequestRate(1), total: RequestRate(1_000_000)), clock: clock)
    for number in 0..<5000 { #expect(gate.admits("source-\(number)")) }
    #expect(gate.sources == StrangerGate.mostSources)
    #expect(!gate.admits("source-0"))
    #expect(gate.admits("source-4999"), "only the total bounds it")
    clock.advance(seconds: 1)
    #expect(gate.admits("newcomer"))
    #expect(gate.sources == 1)
    #expect(!gate.admits("newcomer"))
  }
}
