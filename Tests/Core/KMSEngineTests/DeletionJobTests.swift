import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct DeletionJobTests {
  private static let day: Int64 = 86_400

  @Test func `only keys whose date has come are destroyed, and nothing of them is left but the record`()
    async throws
  {
    let world = try await World()
    let job = DeletionJob(world.engine)
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    try await world.run(ScheduleKeyDeletion(world.otherReference, windowDays: 30))
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 7 * Self.day - 1)
    #expect(try await job.runOnce() == 0)
    #expect(try await world.stored(world.key).versions.first?.material != nil)
    world.house.clock.advance(seconds: 1)
    #expect(try await job.runOnce() == 1)
    #expect(try await job.runOnce() == 0)

    let destroyed = try await world.stored(world.key)
    #expect(destroyed.state == .destroyed && destroyed.deletionDate == nil)
    #expect(destroyed.versions.map(\.material) == [nil] && destroyed.versions.map(\.state) == [.destroyed])
    #expect(try await world.house.store.alias(World.one) == nil)
    #expect(try await world.house.store.alias(World.two) != nil)
    #expect(try await world.stored(world.other).state == .pendingDeletion)
    #expect(try await world.house.store.keyCount() == 1)
    let record = try #require(try world.house.records().last { $0.operation == "DestroyKey" })
    #expect(record.outcome == "success" && record.who?.principal == "system" && record.door == "system")
  }

  @Test func `a destroyed key answers nobody, warm or cold`() async throws {
    let world = try await World()
    try await world.run(.decrypt(world.ciphertext))
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let gone = KMSError.keyDestroyed(world.key.resourceName)
    for _ in 0..<2 {
      #expect(try await world.failure(of: .decrypt(world.ciphertext)) == .ciphertextKeyInaccessible)
      #expect(try await world.failure(of: .decrypt(world.ciphertext, key: world.keyReference)) == gone)
      #expect(try await world.failure(of: DescribeKey(world.keyReference)) == gone)
      #expect(try await world.failure(of: CancelKeyDeletion(world.keyReference)) == gone)
      #expect(
        try await world.failure(of: .encrypt(World.reference(World.one))) == .aliasNotFound("alias/one"))
    }
    #expect(world.engine.desk.liveKeys.key(world.key.current) == nil)
  }

  @Test func `the name of a destroyed key can be given again, its identifier can't`() async throws {
    let world = try await World()
    try await world.run(DescribeKey(World.reference(World.one)))
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    try await world.run(CreateAlias(World.one, target: world.otherReference))
    #expect(try await world.run(DescribeKey(World.reference(World.one))).record.id == world.other.id)
    #expect(try await world.failure(of: DescribeKey(world.keyReference)).code == "keyDestroyed")
  }

  @Test func `a key that was saved in time lives`() async throws {
    let world = try await World()
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    try await world.run(CancelKeyDeletion(world.keyReference))
    world.house.clock.advance(seconds: 60 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 0)
    try await world.run(EnableKey(world.keyReference))
    #expect(try await world.run(.decrypt(world.ciphertext)).plaintext.bytes() == World.plaintext)
  }

  @Test func `a key isn't destroyed before its date, whoever says so`() async throws {
    let world = try await World()
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    let early = KMSError.keyPendingDeletion(world.key.resourceName)
    #expect(try await world.failure(of: DestroyKey(world.key.id), as: .system) == early)
    #expect(
      try await world.failure(of: DestroyKey(world.other.id), as: .system).code == "keyNotPendingDeletion")
    #expect(try await world.stored(world.key).versions.first?.material != nil)
  }

  @Test func `a mark of compromise survives`() async throws {
    let world = try await World()
    try await world.put(world.key, in: .compromisedPendingDeletion)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    #expect(try await world.stored(world.key).state == .destroyedCompromised)
  }

  @Test func `more keys than one batch are all destroyed`() async throws {
    let world = try await World()
    var keys: [KeyRecord] = []
    for _ in 0..<105 { keys.append(try await world.run(.create()).record) }
    for key in keys { try await world.run(ScheduleKeyDeletion(World.reference(key), windowDays: 7)) }
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 105)
    #expect(try await world.house.store.keyCount() == 2)
  }

  @Test func `a damaged record doesn't keep the others alive`() async throws {
    let world = try await World()
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    try await world.run(ScheduleKeyDeletion(world.otherReference, windowDays: 8))
    world.house.clock.advance(seconds: 9 * Self.day)
    #expect(try world.house.edit("UPDATE keys SET description = X'00' WHERE id = \(world.key.id.sql)") == 1)
    let cold = world.house.coldEngine()
    await #expect(throws: KMSError.corrupt(.keyRecord)) { try await DeletionJob(cold).runOnce() }
    #expect(try await world.stored(world.other).state == .destroyed)
  }

  @Test func `without a log nothing is destroyed silently`() async throws {
    let world = try await World()
    try await world.put(world.key, in: .pendingDeletion)
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) { try await DeletionJob(world.engine).runOnce() }
    let waiting = try await world.house.store.outbox(limit: 100)
    #expect(waiting.contains { String(decoding: $0.line, as: UTF8.self).contains("DestroyKey") })
  }
}
