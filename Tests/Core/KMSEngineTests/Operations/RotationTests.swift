import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct RotationTests {
  private static let day: Int64 = 86_400

  private static func rotations(
    _ world: World, includingAll: Bool = false, marker: String? = nil, limit: Int = 100
  ) async throws -> Page<KeyVersion> {
    let list = try ListKeyRotations(
      world.keyReference, includingAll: includingAll, marker: marker, limit: limit)
    return try await world.run(list).page
  }

  private static func schedule(_ world: World) async throws -> RotationSchedule? {
    try await world.run(GetKeyRotationStatus(world.keyReference)).rotation
  }

  @Test func `a rotation adds material that protects, and the old goes on opening what it protected`()
    async throws
  {
    let world = try await World()
    try await world.run(.encrypt(world.keyReference))
    try await world.run(RotateKeyOnDemand(world.keyReference))
    let stored = try await world.stored(world.key)
    #expect(stored.versions.count == 2 && stored.versions.first?.id == world.key.current)
    #expect(stored.current == stored.versions.last?.id && stored.current != world.key.current)
    #expect(stored.versions.map(\.cause) == [.creation, .demand])
    #expect(stored.versions.allSatisfy { $0.material != nil && $0.state == .active })
    let after = try await world.run(.encrypt(world.keyReference)).ciphertext
    let (old, new) = (
      try await world.run(.decrypt(world.ciphertext)), try await world.run(.decrypt(after))
    )
    #expect(old.version == world.key.current && new.version == stored.current)
    #expect(old.plaintext.bytes() == World.plaintext && new.plaintext.bytes() == World.plaintext)
    let record = try #require(try world.house.records().last { $0.operation == "RotateKeyOnDemand" })
    #expect(record.demands?.first?.version == stored.current.bits.hex)
  }

  @Test func `each material has a name of its own, and re-encryption moves from the old to the new`()
    async throws
  {
    let world = try await World()
    let before = try await world.run(DescribeKey(world.keyReference))
    try await world.run(RotateKeyOnDemand(world.keyReference))
    let after = try await world.run(DescribeKey(world.keyReference))
    let old = try #require(after.materialName(of: world.key.current))
    let new = try #require(after.materialName(of: after.record.current))
    #expect(old == before.materialName(of: world.key.current) && old != new && new.count == 64)
    let moved = try await world.run(.reEncrypt(world.ciphertext, to: world.keyReference))
    #expect(moved.source.materialName(of: moved.sourceVersion) == old)
    #expect(moved.destination.materialName(of: moved.destination.record.current) == new)
    let opened = try await world.run(.decrypt(moved.ciphertext, context: .empty))
    #expect(opened.version == after.record.current)
  }

  @Test func `a data key that was made while a rotation ran opens, whichever material it has`() async throws {
    let world = try await World()
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<20 {
        group.addTask { try await world.run(.encrypt(world.keyReference)).ciphertext }
      }
      for _ in 0..<3 { try await world.run(RotateKeyOnDemand(world.keyReference)) }
      for try await ciphertext in group {
        #expect(try await world.run(.decrypt(ciphertext)).plaintext.bytes() == World.plaintext)
      }
    }
  }

  @Test func `a key is rotated by demand twenty-five times, and by its schedule without end`() async throws {
    let world = try await World()
    for _ in 0..<25 { try await world.run(RotateKeyOnDemand(world.keyReference)) }
    let before = try await Snapshot(world)
    #expect(
      try await world.failure(of: RotateKeyOnDemand(world.keyReference))
        == .tooManyRotations(world.key.resourceName))
    #expect(try await Snapshot(world) == before)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    world.house.clock.advance(seconds: 90 * Self.day)
    #expect(try await RotationJob(world.engine).runOnce() == 1)
    #expect(try await world.stored(world.key).versions.count == 27)
    #expect(try await world.run(.decrypt(world.ciphertext)).plaintext.bytes() == World.plaintext)
  }

  @Test func `just before its schedule a key isn't rotated by demand`() async throws {
    let world = try await World()
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    world.house.clock.advance(seconds: 90 * Self.day - 20 * 60 - 1)
    try await world.run(RotateKeyOnDemand(world.keyReference))
    world.house.clock.advance(seconds: 1)
    let imminent = KMSError.rotationImminent(world.key.resourceName)
    #expect(try await world.failure(of: RotateKeyOnDemand(world.keyReference)) == imminent)
    world.house.clock.advance(seconds: 3600)
    #expect(try await world.failure(of: RotateKeyOnDemand(world.keyReference)) == imminent)
    #expect(try await RotationJob(world.engine).runOnce() == 1)
    try await world.run(RotateKeyOnDemand(world.keyReference))
  }

  @Test func `a schedule begins when it is set, and saying it again doesn't push it away`() async throws {
    let world = try await World()
    #expect(try await Self.schedule(world) == nil)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 365))
    #expect(try world.lastRecord().details == ["periodDays": "365"])
    let next = Fixtures.start.advanced(days: 365)
    #expect(try await Self.schedule(world) == RotationSchedule(periodDays: 365, next: next))
    world.house.clock.advance(seconds: Self.day)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 365))
    #expect(try await Self.schedule(world)?.next == next)
    try await world.run(EnableKeyRotation(world.keyReference, periodDays: 90))
    #expect(try await Self.schedule(world)?.next == Fixtures.start.advanced(days: 91))
    try await world.run(RotateKeyOnDemand(world.keyReference))
    #expect(try await Self.schedule(world)?.next == Fixtures.start.advanced(days: 91))
    try await world.run(DisableKeyRotation(world.keyReference))
    #expect(try await Self.schedule(world) == nil)
  }

  @Test func `the list has the rotations, the oldest first, in pages`() async throws {
    let world = try await World()
    #expect(try await Self.rotations(world).items.isEmpty)
    #expect(try await Self.rotations(world, includingAll: true).items.map(\.id) == [world.key.current])
    for _ in 0..<4 {
      world.house.clock.advance(seconds: 60)
      try await world.run(RotateKeyOnDemand(world.keyReference))
    }
    let stored = try await world.stored(world.key).versions
    #expect(try await Self.rotations(world).items == Array(stored.dropFirst()))
    for includingAll in [false, true] {
      var collected: [KeyVersion] = []
      var marker: String?
      repeat {
        let page = try await Self.rotations(world, includingAll: includingAll, marker: marker, limit: 2)
        #expect(page.items.count <= 2)
        collected += page.items
        marker = page.next
      } while marker != nil
      #expect(collected == Array(stored.dropFirst(includingAll ? 0 : 1)))
    }
    #expect(try await Self.rotations(world, limit: 4).next == nil)
    for marker in ["", "0", "-1", "x", "9999999999999999999999"] {
      #expect(throws: KMSError.invalidMarker) {
        try ListKeyRotations(world.keyReference, includingAll: false, marker: marker, limit: 1)
      }
    }
  }

  @Test func `a key of another kind isn't rotated, whatever its state`() async throws {
    let world = try await World()
    let key = try await world.run(.create(usages: [.decrypt])).record
    let unsupported = KMSError.rotationUnsupported(key.resourceName)
    let reference = World.reference(key)
    #expect(try await world.failure(of: RotateKeyOnDemand(reference)) == unsupported)
    #expect(try await world.failure(of: EnableKeyRotation(reference, periodDays: 90)) == unsupported)
    try await world.run(DisableKey(reference))
    #expect(try await world.failure(of: DisableKeyRotation(reference)) == unsupported)
    #expect(try await world.run(GetKeyRotationStatus(reference)).rotation == nil)
  }

  @Test func `destruction takes all material`() async throws {
    let world = try await World()
    try await world.run(RotateKeyOnDemand(world.keyReference))
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    world.house.clock.advance(seconds: 7 * Self.day)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let stored = try await world.stored(world.key)
    #expect(stored.versions.count == 2 && stored.versions.allSatisfy { $0.material == nil })
    #expect(stored.versions.map(\.cause) == [.creation, .demand])
  }
}
