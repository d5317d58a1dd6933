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
