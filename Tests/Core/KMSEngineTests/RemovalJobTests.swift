import KMSDomain
import KMSEngine
import KMSTestKit
import Synchronization
import TestHouse
import Testing

/// Destroyed keys on a device, of which only what it is asked for is seen here.
@Suite(.serialized) struct RemovalJobTests {
  private static let reference = [WrappedKey.formatOfReferences, 1, 2, 3]

  /// The world's key with material on a device, its deletion date come.
  private static func world(_ key: (World) -> KeyRecord = { $0.key }) async throws -> World {
    let world = try await World()
    try await put(world, key(world))
    try await world.run(ScheduleKeyDeletion(World.reference(key(world)), windowDays: 7))
    world.house.clock.advance(seconds: 7 * 86_400)
    return world
  }

  private static func put(_ world: World, _ key: KeyRecord) async throws {
    try await world.put(key) { record in
      record.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: reference)
    }
  }

  private static func job(_ world: World, _ device: TestDevice) -> RemovalJob {
    RemovalJob(world.engine, device)
  }

  @Test func `what a destroyed key has on a device is removed there, then forgotten`() async throws {
    let world = try await Self.world()
    let device = TestDevice()
    #expect(try await Self.job(world, device).runOnce() == 0 && device.removed.isEmpty)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let destroyed = try await world.stored(world.key)
    #expect(destroyed.state == .destroyed && destroyed.versions[0].awaitsRemoval)
    #expect(try await world.run(ReadStatus(), as: .system).awaitingRemoval == 1)

    #expect(try await Self.job(world, device).runOnce() == 1)
    #expect(device.removed == [world.key.current])
    #expect(try await world.stored(world.key).versions.map(\.material) == [nil])
    #expect(try await world.run(ReadStatus(), as: .system).awaitingRemoval == 0)
    #expect(try await Self.job(world, device).runOnce() == 0)

    let records = try world.house.records()
    let name = "\(world.key.id.bits.hex) \(world.key.resourceName)"
    let destruction = try #require(records.last { $0.operation == "DestroyKey" })
    #expect(destruction.details?["destroyedKeys"] == name && destruction.details?["keysOnDevice"] == name)
    let removal = try #require(records.last { $0.operation == "RemoveFromDevice" })
    #expect(removal.outcome == "success" && removal.details?["removedKeys"] == name)
    #expect(removal.who?.principal == "system")
  }

  @Test func `while the device is away nothing is tried nor logged, and everything once it is back`()
    async throws
  {
    let world = try await Self.world()
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let device = TestDevice()
    device.isAway = true
    let job = Self.job(world, device)
    for _ in 0..<3 {
      await #expect(throws: KMSError.custodyUnavailable) { _ = try await job.runOnce() }
    }
    #expect(try !world.house.logText().contains("RemoveFromDevice"))
    device.isAway = false
    #expect(try await job.runOnce() == 1)
    #expect(device.removed == [world.key.current])
  }

  @Test func `a removal that wasn't written down is made again by another server`() async throws {
    let world = try await Self.world()
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let device = TestDevice()
    world.house.disk.fill()
    _ = try await world.failure(of: ReadStatus(), as: .system)
    await #expect(throws: KMSError.self) { _ = try await Self.job(world, device).runOnce() }
    #expect(try await world.stored(world.key).versions[0].awaitsRemoval)
    #expect(device.removed == [world.key.current])
    world.house.disk.clear()
    try await world.run(ReadStatus(), as: .system)
    #expect(try await RemovalJob(world.house.coldEngine(), device).runOnce() == 1)
    #expect(try await world.stored(world.key).versions[0].material == nil)
  }

  @Test func `one that can't be removed doesn't keep the others waiting, and is tried again later`()
    async throws
  {
    let world = try await Self.world()
    try await Self.put(world, world.other)
    try await world.run(ScheduleKeyDeletion(world.otherReference, windowDays: 7))
    world.house.clock.advance(seconds: 7 * 86_400)
    #expect(try await DeletionJob(world.engine).runOnce() == 2)
    let device = TestDevice()
    device.refused = world.key.current
    let job = Self.job(world, device)
    await #expect(throws: KMSError.custodyUnavailable) { _ = try await job.runOnce() }
    #expect(device.removed == [world.other.current])
    device.refused = nil
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 600)
    #expect(try await job.runOnce() == 1)
  }

  @Test func `what another key refers to stays on the device`() async throws {
    let world = try await Self.world()
    var another = Fixtures.key(77)
    another.versions[0] = KeyVersion(
      id: world.key.current, state: .active, createdAt: another.createdAt,
      material: WrappedKey(epoch: EpochID(1), bytes: Self.reference))
    another.current = world.key.current
    try await world.house.store.commit(.createKey(world.engine.desk.seal(another)), outbox: nil)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    let device = TestDevice()
    #expect(try await Self.job(world, device).runOnce() == 1)
    #expect(device.removed.isEmpty)
    #expect(try await world.stored(world.key).versions[0].material == nil)
    #expect(try await world.stored(another).versions[0].material != nil)
    let removal = try #require(try world.house.records().last { $0.operation == "RemoveFromDevice" })
    #expect(removal.details?["leftToOthers"] == "1" && removal.details?["removedKeys"] == nil)
  }

  @Test func `a living key loses nothing, whoever asks for it`() async throws {
    let world = try await World()
    try await Self.put(world, world.key)
    let device = TestDevice()
    #expect(try await world.run(RemoveFromDevice(world.key.id, from: device), as: .system) == 0)
    #expect(device.removed.isEmpty)
  }

  @Test func `what was made for a change that failed is removed, what a key refers to stays`() async throws {
    let world = try await World()
    try await Self.put(world, world.key)
    let there = try await world.stored(world.key)
    var lost = Fixtures.key(78)
    lost.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: Self.reference)
    let unmade = world.engine.desk.unmade
    unmade.note(
      .together([
        .createKey(world.engine.desk.seal(lost)), .updateKey(world.engine.desk.seal(there), expecting: 1),
        .createKey(world.engine.desk.seal(Fixtures.key(79))),
      ]))
    #expect(unmade.all.count == 2)
    let device = TestDevice()
    device.isAway = true
    await #expect(throws: KMSError.custodyUnavailable) { _ = try await Self.job(world, device).runOnce() }
    device.isAway = false
    #expect(try await Self.job(world, device).runOnce() == 0)
    #expect(device.removed == [lost.current] && unmade.all.isEmpty)
    let records = try world.house.records().filter { $0.operation == "RemoveFromDevice" }
    #expect(records.map { $0.details?["unmade"] } == ["1"])
  }

  @Test func `what was written down of it is forgotten once it is removed, and one that can't be waits`()
    async throws
  {
    let world = try await World()
    let store = world.house.store
    let identities = [80, 81].map { Fixtures.key($0).identity(of: Fixtures.key($0).current) }
    for identity in identities {
      try store.keep(DeviceIntention(version: identity.version, bytes: [1]))
      world.engine.desk.unmade.note(
        UnmadeMaterial.Entry(
          identity: identity, material: WrappedKey(epoch: EpochID(1), bytes: Self.reference),
          account: world.key.home.account))
    }
    let (refused, other) = (identities[0].version, identities[1].version)
    let device = TestDevice()
    device.refused = refused
    let job = Self.job(world, device)
    await #expect(throws: KMSError.custodyUnavailable) { _ = try await job.runOnce() }
    #expect(device.removed == [other])
    #expect(try await store.intentions(after: nil, limit: 10).map(\.version) == [refused])
    device.refused = nil
    #expect(try await job.runOnce() == 0 && device.removed == [other])
    world.house.clock.advance(seconds: 600)
    #expect(try await job.runOnce() == 0 && device.removed == [other, refused])
    #expect(try await store.intentions(after: nil, limit: 10).isEmpty)
  }

  @Test func `a change that is refused when it is stored leaves nothing behind`() async throws {
    let world = try await World()
    let engine = world.house.coldEngine()
    var stale = try await world.stored(world.key)
    stale.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: Self.reference)
    #expect(engine.desk.unmade.all.isEmpty)
    await #expect(throws: KMSError.self) {
      try await engine.run(Refused(record: stale), as: .system, from: Fixtures.origin())
    }
    #expect(engine.desk.unmade.all.map(\.identity.version) == [stale.current])
  }

  @Test func `a replica leaves everything to its family, and the last key takes it along`() async throws {
    let world = try await World()
    try await world.makePrimary(of: World.west)
    try await Self.put(world, world.key)
    var replica = try await world.stored(world.key)
    replica.state = .destroyed
    replica.eraseMaterial()
    #expect(replica.versions[0].material == nil)
    var last = try await world.stored(world.key)
    last.family = last.family.map { $0.removing(World.west) }
    last.state = .destroyed
    last.eraseMaterial()
    #expect(last.versionsAwaitingRemoval.map(\.id) == [world.key.current])
  }
}

/// Makes a key whose identifier is taken.
private struct Refused: Operation {
  let record: KeyRecord
  let operation = "Refused"
  var asked: Asked { Asked(.readStatus, named: "server") }
  func prepare(_ desk: Desk) async throws(KMSError) {}
  func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.readStatus, on: .server, named: "server"))
  }
  func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    Performed((), change: .createKey(desk.seal(record)))
  }
}

/// A device that does as it is told.
private final class TestDevice: DeviceCustody {
  private struct State {
    var isAway = false
    var refused: VersionID?
    var removed: [VersionID] = []
  }

  private let state = Mutex(State())
  var isAway: Bool {
    get { state.withLock { $0.isAway } }
    set { state.withLock { $0.isAway = newValue } }
  }
  var refused: VersionID? {
    get { state.withLock { $0.refused } }
    set { state.withLock { $0.refused = newValue } }
  }
  var removed: [VersionID] { state.withLock { $0.removed } }
  let hasDevice = true

  func requireDevice() throws(KMSError) {
    guard !isAway else { throw .custodyUnavailable }
  }

  func remove(
    _ material: WrappedKey, as identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) {
    try permit.check(.removeFromDevice, key: identity.key, version: identity.version)
    guard !isAway, refused != identity.version else { throw .custodyUnavailable }
    state.withLock { $0.removed.append(identity.version) }
  }
}
