import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct RotationJobTests {
  private static let day: Int64 = 86_400

  @Test func `keys are rotated when their date has come, and not before`() async throws {
    let world = try await World()
    let job = RotationJob(world.engine)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    try await world.run(EnableKeyRotation(world.otherReference, periodDays: 365))
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 90 * Self.day - 1)
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 1)
    #expect(try await job.runOnce() == 1)
    #expect(try await job.runOnce() == 0)
    let stored = try await world.stored(world.key)
    #expect(stored.versions.map(\.cause) == [.creation, .schedule] && stored.current != world.key.current)
    #expect(stored.versions.last?.createdAt == Fixtures.start.advanced(days: 90))
    #expect(stored.rotation?.next == Fixtures.start.advanced(days: 180))
    #expect(try await world.stored(world.other).versions.count == 1)
    let record = try #require(try world.house.records().last { $0.operation == "RotateKey" })
    #expect(record.outcome == "success" && record.who?.principal == "system" && record.door == "system")
    #expect(record.demands?.first?.action == "rotateKey" && record.demands?.first?.by == "system")
    #expect(record.demands?.first?.version == stored.current.bits.hex)
  }

  @Test func `dates keep their distance, however late the job is`() {
    let schedule = RotationSchedule(everyDays: 90, from: Fixtures.start)
    let due = Fixtures.start.advanced(days: 90)
    #expect(schedule.next == due)
    #expect(schedule.following(due.advanced(seconds: 3600)).next == Fixtures.start.advanced(days: 180))
    #expect(schedule.following(due.advanced(days: 90)).next == Fixtures.start.advanced(days: 270))
    #expect(schedule.following(due.advanced(days: 1000)).next == Fixtures.start.advanced(days: 1180))
  }

  @Test func `a key that is off or on its way out waits, and is rotated once it is on again`() async throws {
    let world = try await World()
    let job = RotationJob(world.engine)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    try await world.run(EnableKeyRotation(world.otherReference, periodDays: 90))
    try await world.run(DisableKey(world.keyReference))
    try await world.run(ScheduleKeyDeletion(world.otherReference, windowDays: 30))
    world.house.clock.advance(seconds: 29 * Self.day)
    try await world.run(CancelKeyDeletion(world.otherReference))
    world.house.clock.advance(seconds: 371 * Self.day)
    #expect(try await job.runOnce() == 0)
    try await world.run(EnableKey(world.keyReference))
    try await world.run(EnableKey(world.otherReference))
    #expect(try await job.runOnce() == 2)
    for key in [world.key, world.other] {
      let stored = try await world.stored(key)
      #expect(stored.versions.count == 2 && stored.rotation?.next == Fixtures.start.advanced(days: 490))
    }
  }

  @Test func `a key isn't rotated before its date or without a schedule, whoever says so`() async throws {
    let world = try await World()
    let notDue = KMSError.rotationNotDue(world.key.resourceName)
    #expect(try await world.failure(of: RotateKey(world.key.id), as: .system) == notDue)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    #expect(try await world.failure(of: RotateKey(world.key.id), as: .system) == notDue)
    #expect(try await world.stored(world.key).versions.count == 1)
  }

  @Test func `more keys than one batch are all rotated, and a damaged one doesn't stop them`() async throws {
    let world = try await World()
    for _ in 0..<105 {
      let key = try await world.run(.create()).record
      try await world.run(EnableKeyRotation(World.reference(key), periodDays: 90))
    }
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    world.house.clock.advance(seconds: 90 * Self.day)
    #expect(try world.house.edit("UPDATE keys SET description = X'00' WHERE id = \(world.key.id.sql)") == 1)
    let cold = world.house.coldEngine()
    await #expect(throws: KMSError.corrupt(.keyRecord)) { try await RotationJob(cold).runOnce() }
    let waiting = try await world.house.store.keysToRotate(
      before: world.house.clock.now(), limit: 1000)
    #expect(waiting == [world.key.id])
  }

  @Test func `without a log no key is rotated silently`() async throws {
    let world = try await World()
    try await world.prepare(for: .rotate)
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) { try await RotationJob(world.engine).runOnce() }
    let waiting = try await world.house.store.outbox(limit: 100)
    #expect(waiting.contains { String(decoding: $0.line, as: UTF8.self).contains("RotateKey") })
  }
}
