import KMSDomain
import KMSEngine
import KMSTestKit
import Testing
import TestHouse

struct RewrapJobTests {
  /// A world with something of each kind under the first epoch, and a second epoch.
  private static func rotated() async throws -> World {
    let world = try await World()
    let custody = world.house.custody
    // The sample's secret is none of custody's.
    _ = try world.house.edit("DELETE FROM access_keys")
    try await world.run(
      IssueAccessKey("AKIANEW", secret: .of([1, 2, 3]), for: World.user, vault: custody), as: .system)
    try await world.run(.createKeyStore())
    try await world.run(RenewTokenKey(custody), as: .system)
    _ = try await EpochJob(world.engine, custody).renew(as: .system, from: world.origin())
    return world
  }

  private static func left(_ world: World, under epoch: UInt32) async throws -> WrappedCount {
    try await world.house.store.wrapped(under: EpochID(epoch))
  }

  private static func decrypts(_ world: World, on engine: Engine) async throws -> Bool {
    let answer = try await engine.run(
      .decrypt(world.ciphertext), as: World.admin, from: world.origin())
    return answer.plaintext.bytes() == World.plaintext
  }

  @Test func `everything is wrapped again, and then the old epoch goes`() async throws {
    let world = try await Self.rotated()
    let before = try await Self.left(world, under: 1)
    #expect(before == WrappedCount(materials: 2, accessKeys: 1, keyStores: 1, tokenKeys: 1))
    let job = RewrapJob(world.engine, world.house.custody, OneTurn())
    let first = try await job.runOnce()
    #expect(first.rewrapped == 5 && first.damaged == 0 && first.retired.isEmpty)
    #expect(try await Self.left(world, under: 1).total == 0)
    #expect(try await Self.left(world, under: 2) == before)
    #expect(try await job.runOnce().retired == [EpochID(1)])
    #expect(try await world.house.store.epochs().map(\.id) == [EpochID(2)])
    #expect(try await world.house.store.retiredEpochs().map(\.id) == [EpochID(1)])
    #expect(try await job.runOnce() == RewrapJob.Outcome())
    #expect(try await Self.decrypts(world, on: world.engine))
    #expect(try await Self.decrypts(world, on: world.house.coldEngine()))
    let key = try #require(try await world.house.store.accessKey("AKIANEW"))
    _ = try world.house.custody.signingKey(
      for: world.engine.desk.unseal(key, .accessKey), date: "20260101", region: "r", service: "s")
    let token = try #require(try await world.house.store.tokenKeys().first)
    _ = try world.house.custody.open(world.engine.desk.unseal(token, .tokenKey))
  }

  @Test func `a record that somebody held doesn't bring the old wrapping back`() async throws {
    let world = try await Self.rotated()
    _ = try await Self.decrypts(world, on: world.engine)
    let stale = world.engine.desk.seal(try await world.stored(world.key))
    _ = try await RewrapJob(world.engine, world.house.custody, OneTurn()).runOnce()
    await #expect(throws: KMSError.contention) {
      try await world.house.store.commit(
        .updateKey(stale, expecting: stale.record.generation), outbox: nil)
    }
    try await world.run(DisableKey(world.keyReference))
    #expect(try await Self.left(world, under: 1).total == 0)
  }

  @Test func `a page that comes too late changes nothing`() async throws {
    let world = try await Self.rotated()
    let page = try await world.house.store.wrapped(under: EpochID(1), of: .keys, after: [], limit: 10)
    #expect(page.records.count == 2 && page.next == nil && page.damaged == 0)
    let before = try await world.stored(world.key)
    try await world.run(DisableKey(world.keyReference))
    var late = before
    late.generation += 1
    try await world.house.store.commit(
      .rewrap(.key(world.engine.desk.seal(late), expecting: before.generation)), outbox: nil)
    #expect(try await world.stored(world.key).state == .suspended)
    _ = try await RewrapJob(world.engine, world.house.custody, OneTurn()).runOnce()
    #expect(try await world.stored(world.key).state == .suspended)
  }

  @Test func `a damaged key keeps its epoch and nobody else's`() async throws {
    let world = try await Self.rotated()
    #expect(try world.house.edit("UPDATE versions SET material = zeroblob(61) WHERE key = 1") == 1)
    let job = RewrapJob(world.engine, world.house.custody, OneTurn())
    let first = try await job.runOnce()
    #expect(first.rewrapped == 4 && first.damaged == 1)
    #expect(try await Self.left(world, under: 1) == WrappedCount(materials: 1))
    #expect(try await job.runOnce().retired.isEmpty)
    #expect(world.house.faults.causes.contains { $0.contains("can't be wrapped again") })
  }

  @Test func `pages are as long as was asked, and follow each other`() async throws {
    let world = try await Self.rotated()
    let store = world.house.store
    let first = try await store.wrapped(under: EpochID(1), of: .keys, after: [], limit: 1)
    let next = try #require(first.next)
    let second = try await store.wrapped(under: EpochID(1), of: .keys, after: next, limit: 1)
    #expect(first.records.count == 1 && second.records.count == 1)
    let end = try await store.wrapped(
      under: EpochID(1), of: .keys, after: try #require(second.next), limit: 1)
    #expect(end.records.isEmpty && end.next == nil)
  }

  @Test func `what is left of an epoch goes when no token of it can be good any more`() async throws {
    let world = try await Self.rotated()
    let job = RewrapJob(world.engine, world.house.custody, OneTurn())
    _ = try await job.runOnce()
    _ = try await job.runOnce()
    world.house.clock.advance(seconds: RetiredEpoch.tokenLife - 1)
    _ = try await job.runOnce()
    #expect(try await world.house.store.retiredEpochs().count == 1)
    world.house.clock.advance(seconds: 1)
    _ = try await job.runOnce()
    #expect(try await world.house.store.retiredEpochs().isEmpty)
    #expect(
      try await EpochJob(world.engine, world.house.custody).renew(as: .system, from: world.origin())
        == EpochID(3))
  }

  @Test func `an epoch under which something is wrapped doesn't go`() async throws {
    let world = try await Self.rotated()
    let retired = RetiredEpoch(
      id: EpochID(1), wrapped: [1], until: world.house.clock.now(), erasure: nil)
    await #expect(throws: KMSError.contention) {
      try await world.house.store.commit(
        .retireEpochs(EpochRetirement(retired: [retired], forgotten: [])), outbox: nil)
    }
    #expect(try await world.house.store.epochs().count == 2)
  }

  @Test func `each page has a record that says how much was moved`() async throws {
    let world = try await Self.rotated()
    _ = try await RewrapJob(world.engine, world.house.custody, OneTurn()).runOnce()
    let pages = try world.house.records().filter { $0.operation == "RewrapMaterial" }
    #expect(pages.count == WrappedKind.allCases.count)
    #expect(pages.allSatisfy { $0.who?.principal == "system" && $0.source == "rewrap job" })
    #expect(pages.allSatisfy { $0.demands?.map(\.action) == ["rewrapMaterial"] })
  }

  @Test func `pages need no right to change epochs, and removing one does`() async throws {
    let world = try await Self.rotated()
    let turn = OneTurn()
    let job = RewrapJob(world.engine, world.house.custody, turn)
    #expect(turn.begin())
    #expect(try await job.runOnce().rewrapped == 5)
    #expect(try await job.runOnce().retired.isEmpty)
    #expect(try await world.house.store.epochs().count == 2)
    turn.end()
    #expect(try await job.runOnce().retired == [EpochID(1)])
    #expect(turn.taken == 2)
    #expect(try await job.runOnce() == RewrapJob.Outcome())
    #expect(turn.taken == 2, "what finds nothing to do takes no right")
    #expect(turn.begin(), "and gives it back")
  }
}
