import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ExpiryJobTests {
  private static let day: Int64 = 86_400
  private static let one = [UInt8](1...32)
  private static let two = [UInt8](2...33)

  private static func filled(
    _ world: World, until days: Int
  ) async throws -> (key: KeyRecord, reference: KeyReference) {
    let key = try await world.run(.create(origin: .imported)).record
    let reference = World.reference(key)
    try await world.bring(one, into: reference, .until(world.house.clock.now().advanced(days: days)))
    return (key, reference)
  }

  @Test func `material goes when its time has come, and not before`() async throws {
    let world = try await World()
    let job = ExpiryJob(world.engine)
    let (key, reference) = try await Self.filled(world, until: 10)
    let (later, _) = try await Self.filled(world, until: 20)
    let blob = try await world.run(.encrypt(reference)).ciphertext
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 10 * Self.day - 1)
    #expect(try await job.runOnce() == 0)
    #expect(try await world.run(.decrypt(blob)).plaintext.bytes() == World.plaintext)
    world.house.clock.advance(seconds: 1)
    #expect(try await job.runOnce() == 1)
    #expect(try await job.runOnce() == 0)
    let stored = try await world.stored(key)
    #expect(stored.state == .pendingImport && stored.versions[0].material == nil)
    #expect(try await world.failure(of: .decrypt(blob)) == .keyPendingImport(key.resourceName))
    #expect(try await world.stored(later).state == .active)
    let record = try #require(try world.house.records().last { $0.operation == "ExpireKeyMaterial" })
    #expect(record.outcome == "success" && record.who?.principal == "system" && record.door == "system")
    #expect(record.details == ["versions": key.current.bits.hex])
    try await world.bring(Self.one, into: reference)
    #expect(try await world.run(.decrypt(blob)).plaintext.bytes() == World.plaintext)
  }

  @Test func `what waits goes too, and the key stays in use`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.filled(world, until: 20)
    try await world.bring(Self.two, into: reference, .until(Fixtures.start.advanced(days: 5), .new))
    world.house.clock.advance(seconds: 5 * Self.day)
    #expect(try await ExpiryJob(world.engine).runOnce() == 1)
    let stored = try await world.stored(key)
    #expect(stored.pending == nil && stored.state == .active)
    #expect(stored.nextExpiry == Fixtures.start.advanced(days: 20))
  }

  @Test func `material that was brought again in time stays`() async throws {
    let world = try await World()
    let (key, reference) = try await Self.filled(world, until: 1)
    try await world.bring(Self.one, into: reference)
    world.house.clock.advance(seconds: 2 * Self.day)
    #expect(try await ExpiryJob(world.engine).runOnce() == 0)
    let notYet = KMSError.materialNotExpired(key.resourceName)
    #expect(try await world.failure(of: ExpireKeyMaterial(key.id), as: .system) == notYet)
    #expect(try await world.stored(key).state == .active)
  }

  @Test func `material of a key that is off or on its way out goes as well`() async throws {
    let world = try await World()
    let (off, offReference) = try await Self.filled(world, until: 1)
    let (leaving, leavingReference) = try await Self.filled(world, until: 1)
    try await world.run(DisableKey(offReference))
    try await world.run(ScheduleKeyDeletion(leavingReference, windowDays: 30))
    world.house.clock.advance(seconds: Self.day)
    #expect(try await ExpiryJob(world.engine).runOnce() == 2)
    #expect(try await world.stored(off).state == .pendingImport)
    let stored = try await world.stored(leaving)
    #expect(stored.state == .pendingDeletion && stored.versions[0].material == nil)
    #expect(try await world.run(CancelKeyDeletion(leavingReference)).state == .pendingImport)
  }

  @Test func `more keys than one batch all lose theirs, and a damaged one doesn't stop them`() async throws {
    let world = try await World()
    let (damaged, _) = try await Self.filled(world, until: 1)
    for _ in 0..<101 { _ = try await Self.filled(world, until: 1) }
    world.house.clock.advance(seconds: Self.day)
    #expect(try world.house.edit("UPDATE keys SET description = X'00' WHERE id = \(damaged.id.sql)") == 1)
    let cold = world.house.coldEngine()
    await #expect(throws: KMSError.corrupt(.keyRecord)) { try await ExpiryJob(cold).runOnce() }
    let waiting = try await world.house.store.keysToExpire(before: world.house.clock.now(), limit: 1000)
    #expect(waiting == [damaged.id])
  }

  @Test func `a date that somebody edited away makes the key useless`() async throws {
    let edits = ["UPDATE keys SET next_expiry = NULL", "UPDATE versions SET expires_at = NULL"]
    for edit in edits + ["UPDATE versions SET expires_at = expires_at + 1, description = X'41'"] {
      let world = try await World()
      let (_, reference) = try await Self.filled(world, until: 1)
      _ = try world.house.edit(edit)
      let cold = world.house.coldEngine()
      await #expect(throws: KMSError.corrupt(.keyRecord), "\(edit)") {
        try await cold.run(.encrypt(reference), as: World.admin, from: world.origin())
      }
    }
  }

  @Test func `without a log no material goes silently`() async throws {
    let world = try await World()
    try await world.prepare(for: .expireMaterial)
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) { try await ExpiryJob(world.engine).runOnce() }
    let waiting = try await world.house.store.outbox(limit: 100)
    #expect(waiting.contains { String(decoding: $0.line, as: UTF8.self).contains("ExpireKeyMaterial") })
  }
}
