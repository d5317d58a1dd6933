import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct UsageTests {
  private static func usage(_ world: World, of key: KeyReference? = nil) async throws
    -> GetKeyLastUsage.Answer
  {
    try await world.run(GetKeyLastUsage(key ?? world.keyReference))
  }

  @Test func `a key that was never used says so, and since when that is known`() async throws {
    let world = try await World()
    world.house.clock.advance(seconds: 60)
    let key = try await world.run(.create()).record
    try await world.run(DescribeKey(World.reference(key)))
    for _ in 0..<2 {
      let answer = try await Self.usage(world, of: World.reference(key))
      #expect(answer.use == nil && answer.since == Fixtures.start.advanced(seconds: 60))
      try await UseJob(world.engine).runOnce()
    }
    #expect(try await world.house.store.usesRecordedSince() == Fixtures.start)
  }

  @Test func `the last use is told at once, and after a restart once it was stored`() async throws {
    let world = try await World()
    let calls: [(KeyUse.Kind, any Operation)] = [
      (.encrypt, Encrypt.encrypt(world.keyReference)), (.decrypt, try Decrypt.decrypt(world.ciphertext)),
      (.generateDataKey, GenerateDataKey.dataKey(world.keyReference)),
      (.generateDataKeyWithoutPlaintext, GenerateDataKey.dataKey(world.keyReference, withPlaintext: false)),
      (.reEncrypt, try ReEncrypt.reEncrypt(world.ciphertext, to: world.otherReference)),
    ]
    for (kind, operation) in calls {
      world.house.clock.advance(seconds: 10)
      try await Self.run(operation, world)
      let use = try #require(try await Self.usage(world).use)
      #expect(use.kind == kind && use.time == world.house.clock.now() && use.key == world.key.id)
      let record = try #require(try world.house.records().last { $0.operation != "GetKeyLastUsage" })
      #expect(record.id == use.request.bits.hex && record.request == use.request.text)
      try await UseJob(world.engine).runOnce()
      #expect(try await world.house.store.lastUse(of: world.key.id) == use)
      #expect(try await Self.usage(world).use == use, "it has left the ledger")
      let cold = try await world.house.coldEngine().run(
        GetKeyLastUsage(world.keyReference), as: World.admin, from: world.origin())
      #expect(cold.use == use)
    }
    #expect(try await Self.usage(world, of: world.otherReference).use?.kind == .reEncrypt)
  }

  private static func run<Op: Operation>(_ operation: Op, _ world: World) async throws {
    try await world.run(operation)
  }

  @Test func `the fast lane's uses count as well`() async throws {
    let world = try await World()
    try await UseJob(world.engine).runOnce()
    let settled = world.engine.attempt(
      Encrypt.encrypt(world.keyReference), as: World.admin, from: Fixtures.origin(77))
    #expect(settled != nil)
    #expect(try await Self.usage(world).use?.request == RequestID(Fixtures.origin(77).id.bits))
  }

  @Test func `what failed, was denied or only asked about is no use`() async throws {
    let world = try await World()
    let before = try await Self.usage(world).use
    world.house.clock.advance(seconds: 60)
    _ = try await world.failure(of: .encrypt(world.keyReference), as: Fixtures.caller("nobody"))
    _ = try await world.failure(of: .encrypt(world.keyReference, isDryRun: true))
    _ = try await world.failure(of: .decrypt(world.ciphertext, context: .empty))
    try await world.run(DescribeKey(world.keyReference))
    try await world.run(RotateKeyOnDemand(world.keyReference))
    try await world.run(DisableKey(world.keyReference))
    _ = try await world.failure(of: .encrypt(world.keyReference))
    #expect(try await Self.usage(world).use == before)
  }

  @Test func `a use writes nothing`() async throws {
    let world = try await World()
    try await UseJob(world.engine).runOnce()
    let stored = try await world.house.store.lastUse(of: world.key.id)
    world.house.clock.advance(seconds: 60)
    for _ in 0..<10 { try await world.run(.encrypt(world.keyReference)) }
    #expect(try await world.house.store.lastUse(of: world.key.id) == stored)
    let use = try await Self.usage(world).use
    #expect(use?.time == world.house.clock.now() && use != stored)
  }

  @Test func `an older use doesn't take the place of a newer one`() async throws {
    let world = try await World()
    func use(_ seconds: Int64, _ kind: KeyUse.Kind) -> KeyUse {
      KeyUse(
        key: world.key.id, kind: kind, time: Fixtures.start.advanced(seconds: seconds),
        request: Fixtures.origin().id)
    }
    let store = world.house.store
    try await store.recordUses([use(1000, .encrypt)], since: Fixtures.start)
    try await store.recordUses([use(500, .decrypt)], since: Fixtures.start.advanced(seconds: 9))
    #expect(try await store.lastUse(of: world.key.id) == use(1000, .encrypt))
    #expect(try await store.usesRecordedSince() == Fixtures.start)
    #expect(try world.house.edit("UPDATE uses SET kind = 99") == 1)
    let cold = world.house.coldEngine()
    await #expect(throws: KMSError.corrupt(.keyUse)) {
      try await cold.run(GetKeyLastUsage(world.keyReference), as: World.admin, from: world.origin())
    }
  }
}
