import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct TransitionJobTests {
  private static func date(_ seconds: Int64) -> Instant { Fixtures.start.advanced(seconds: seconds) }

  private static func scheduled(_ world: World) async throws {
    try await world.put(world.key) { record in
      var dates = ObjectDates()
      dates.activation = date(10)
      dates.deactivation = date(20)
      record.state = .preActive
      record.object = ManagedObject(kind: .symmetricKey, dates: dates, uses: record.usages)
    }
  }

  @Test func `states follow the dates at once, and the job writes them down`() async throws {
    let world = try await World()
    try await Self.scheduled(world)
    let job = TransitionJob(world.engine)
    #expect(try await job.runOnce() == 0)
    #expect(try await world.failure(of: .encrypt(world.keyReference)) == .keyDisabled(world.key.resourceName))
    world.house.clock.advance(seconds: 10)
    _ = try await world.run(.encrypt(world.keyReference))
    #expect(try await world.stored(world.key).state == .preActive)
    #expect(try await job.runOnce() == 1)
    #expect(try await job.runOnce() == 0)
    #expect(try await world.stored(world.key).state == .active)
    world.house.clock.advance(seconds: 10)
    #expect(try await world.failure(of: .encrypt(world.keyReference)) == .keyDisabled(world.key.resourceName))
    #expect(try await job.runOnce() == 1)
    #expect(try await world.stored(world.key).state == .deactivated)
    #expect(try await job.runOnce() == 0)
  }

  /// A message that may be taken back destroys first and erases when it is done.
  private static func destroyed(_ world: World) async throws -> KeyRecord {
    let making = ObjectWork("Make", in: World.objects, making: [.createKey]) { _ in
      ObjectPlan(makes: [World.object(.symmetricKey, .aes256, .generated(length: nil))])
    }
    let key = try await world.run(making).made[0].record
    let input = ObjectWork.Input(.destroyObject, on: World.reference(key), anyState: true)
    let destroying = ObjectWork("Destroy", in: World.objects, on: [input]) { scene in
      var object = scene.inputs[0].record.object
      object?.dates.destruction = scene.now
      return ObjectPlan(edits: [ObjectEdit(object, events: [.deactivate, .destroy])])
    }
    try await world.run(destroying)
    return key
  }

  @Test func `what a message left of a destroyed object is erased after a while`() async throws {
    let world = try await World()
    let key = try await Self.destroyed(world)
    let job = TransitionJob(world.engine)
    #expect(try await job.runOnce() == 0, "the message may still be under way")
    #expect(try await world.stored(key).versions.contains { $0.material != nil })
    world.house.clock.advance(seconds: KeyRecord.erasureDelay)
    #expect(try await job.runOnce() == 1)
    let record = try world.lastRecord()
    #expect(record.operation == "MoveObjectOn" && record.who?.principal == "system")
    let after = try await world.stored(key)
    #expect(after.state == .destroyed && after.versions.allSatisfy { $0.material == nil })
    #expect(try await job.runOnce() == 0)
  }

  @Test func `an object whose owner forbids a use can't be used so by anybody`() async throws {
    let world = try await World()
    try await world.put(world.key) { record in
      record.object = ManagedObject(kind: .symmetricKey, uses: [.decrypt])
    }
    let failure = try await world.failure(of: .encrypt(world.keyReference))
    #expect(
      failure == .invalidKeyUsage(key: world.key.resourceName, usages: [.decrypt], action: .encrypt))
  }
}
