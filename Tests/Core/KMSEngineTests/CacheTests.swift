import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

// One after the other: every world has files open.
@Suite(.serialized) struct CacheTests {
  @Test(arguments: [2, 3, 10, 64])
  func `a cache never holds more than its limit`(limit: Int) {
    var cache = TwoAgeCache<Int, Int>(limit: limit)
    for number in 0..<1000 {
      cache.insert(number, for: number % (limit * 3))
      _ = cache.value(for: number / 2)
      #expect(cache.count <= limit)
    }
  }

  @Test func `what is used stays, what isn't goes`() {
    var cache = TwoAgeCache<Int, String>(limit: 10)
    cache.insert("kept", for: 0)
    for number in 1..<100 {
      #expect(cache.value(for: 0) == "kept")
      cache.insert("\(number)", for: number)
    }
    #expect(cache.value(for: 1) == nil && cache.value(for: 99) == "99")
  }

  @Test func `replacing and removing work in both halves`() {
    var cache = TwoAgeCache<Int, Int>(limit: 4)
    for number in 0..<4 { cache.insert(number, for: number) }
    for number in 0..<4 { cache.insert(number + 10, for: number) }
    #expect((0..<4).allSatisfy { cache.value(for: $0).map { $0 >= 10 } ?? true })
    for number in 0..<4 { cache.remove(number) }
    #expect(cache.count == 0 && (0..<4).allSatisfy { cache.value(for: $0) == nil })
  }

  private static func key(_ number: UInt64) -> ProtectedKey {
    ProtectedKey(record: Fixtures.key(number), policy: Policy(statements: []))
  }

  @Test func `a load that began before a change isn't kept after it`() {
    let cache = KeyCache(limit: 10)
    let ticket = cache.ticket(for: Fixtures.keyID(1))
    cache.forget(Fixtures.keyID(1))
    cache.keep(Self.key(1), ticket)
    #expect(cache.key(Fixtures.keyID(1)) == nil)
    let later = cache.ticket(for: Fixtures.keyID(1))
    #expect(later != ticket)
    cache.keep(Self.key(1), later)
    #expect(cache.key(Fixtures.keyID(1)) != nil)
  }

  @Test func `changes of one key leave the loads of others alone`() {
    let cache = KeyCache(limit: 10)
    let ticket = cache.ticket(for: Fixtures.keyID(1))
    cache.forget(Fixtures.keyID(2))
    cache.keep(Self.key(1), ticket)
    #expect(cache.key(Fixtures.keyID(1)) != nil)
  }

  @Test func `a name that was followed before it moved isn't kept`() {
    let cache = KeyCache(limit: 10)
    cache.keep(Self.key(1), cache.ticket(for: Fixtures.keyID(1)))
    let ticket = cache.ticketForNames()
    cache.forget(World.two)
    cache.keep(World.one, Fixtures.keyID(1), ticket)
    #expect(cache.key(named: World.one) == nil)
    cache.keep(World.one, Fixtures.keyID(1), cache.ticketForNames())
    #expect(cache.key(named: World.one)?.record.id == Fixtures.keyID(1))
    cache.forget(World.one)
    #expect(cache.key(named: World.one) == nil)
  }

  @Test func `loads after a change don't join one from before`() async throws {
    let world = try await World()
    let desk = world.engine.desk
    desk.keys.forget(world.key.id)
    let before = desk.keys.ticket(for: world.key.id)
    try await world.run(DisableKey(world.keyReference))
    #expect(desk.keys.ticket(for: world.key.id) != before)
    let loaded = try #require(try await desk.load(world.key.id))
    #expect(loaded.record.state == .suspended)
  }

  @Test func `material goes from the cache with the key's use`() async throws {
    let world = try await World()
    #expect(world.engine.desk.liveKeys.key(world.key.current) != nil)
    try await world.run(DisableKey(world.keyReference))
    #expect(world.engine.desk.liveKeys.key(world.key.current) == nil)
    #expect(world.engine.desk.liveKeys.key(world.other.current) != nil)
  }

  @Test func `an engine with tiny caches answers all the same`() async throws {
    let world = try await World()
    let desk = world.engine.desk
    let small = Engine(
      Desk(
        store: desk.store, custody: desk.custody, authenticator: desk.authenticator, audit: desk.audit,
        vocabulary: desk.vocabulary, clock: desk.clock, randomness: desk.randomness, faults: desk.faults,
        slowLane: desk.slowLane, cachedKeys: 1, cachedLiveKeys: 1, vault: desk.vault),
      rejectionsPerSecond: 1)
    for _ in 0..<5 {
      for ciphertext in [world.ciphertext, world.otherCiphertext] {
        let answer = try await small.run(Decrypt.decrypt(ciphertext), as: World.admin, from: world.origin())
        #expect(answer.plaintext.bytes() == World.plaintext)
      }
    }
  }

  @Test func `no two requests share an id`() async {
    let ids = RequestIDs(CountingRandomness())
    let drawn = await withTaskGroup(of: [RequestID].self) { group in
      for _ in 0..<8 { group.addTask { (0..<2000).map { _ in ids.next() } } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(Set(drawn).count == 16_000)
    // Callers see six bits less.
    #expect(Set(drawn.map(\.text)).count == 16_000)
  }
}
