import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Keys that get a successor without being asked for.
// One after the other: every world has files open.
@Suite(.serialized) struct RenewalTests {
  private static let day: UInt32 = 86_400

  private static func key(
    _ world: DoorWorld, every interval: UInt32 = day, offset: UInt32? = nil, isAutomatic: Bool = true,
    _ more: (inout AttributeList) -> Void = { _ in }
  ) async throws -> String {
    let now = world.house.clock.now()
    return try await world.made { list in
      list.addName("name")
      list.set(.activationDate, to: now)
      list.set(.rotateInterval) { $0.interval(.rotateInterval, interval) }
      list.set(.rotateAutomatic, to: isAutomatic)
      if let offset { list.set(.rotateOffset) { $0.interval(.rotateOffset, offset) } }
      more(&list)
    }
  }

  private static func renewed(_ world: DoorWorld, after seconds: Int64) async throws -> Int {
    world.house.clock.advance(seconds: seconds)
    _ = try await TransitionJob(world.house.engine).runOnce()
    return try await job(world).runOnce()
  }

  private static func job(_ world: DoorWorld) -> RenewalJob {
    RenewalJob(world.house.engine, by: Renewal(world.house.engine.desk).work)
  }

  private static func named(_ world: DoorWorld) async throws -> String {
    let found = try await world.located { $0.addName("name") }
    #expect(found.count == 1)
    return try #require(found.first)
  }

  @Test func `a key whose interval is over is re-keyed, again and again`() async throws {
    let world = try await DoorWorld()
    let first = try await Self.key(world)
    #expect(try await Self.renewed(world, after: Int64(Self.day) - 1) == 0)
    #expect(try await Self.renewed(world, after: 1) == 1)
    #expect(try await Self.renewed(world, after: 0) == 0)
    let second = try await Self.named(world)
    #expect(second != first)
    let (old, new) = (try await world.attributes(of: first), try await world.attributes(of: second))
    #expect(old.link(.replacementObjectLink) == second && new.link(.replacedObjectLink) == first)
    #expect(old.boolean(.rotateLatest) == false && new.boolean(.rotateLatest) == true)
    #expect(old.integer(.rotateGeneration) == nil && new.integer(.rotateGeneration) == 1)
    let now = world.house.clock.now()
    #expect(new.date(.rotateDate)?.seconds == now.seconds && old.date(.rotateDate)?.seconds == now.seconds)
    #expect(new.boolean(.rotateAutomatic) == true)
    #expect(new.enumeration(KMIP.State.self) == .active && old.enumeration(KMIP.State.self) == .active)
    #expect(try await Self.renewed(world, after: Int64(Self.day)) == 1)
    let third = try await world.attributes(of: try await Self.named(world))
    #expect(third.link(.replacedObjectLink) == second && third.integer(.rotateGeneration) == 2)
  }

  @Test func `the new key begins after the offset, and its dates move with that`() async throws {
    let world = try await DoorWorld()
    let end = world.house.clock.now().advanced(seconds: 10 * Int64(Self.day))
    _ = try await Self.key(world, offset: 60) { $0.set(.deactivationDate, to: end) }
    #expect(try await Self.renewed(world, after: Int64(Self.day)) == 1)
    let new = try await world.attributes(of: try await Self.named(world))
    let begins = world.house.clock.now().advanced(seconds: 60)
    #expect(new.enumeration(KMIP.State.self) == .preActive)
    #expect(new.date(.activationDate)?.seconds == begins.seconds)
    #expect(new.date(.deactivationDate)?.seconds == end.advanced(seconds: Int64(Self.day) + 60).seconds)
  }

  @Test func `keys of which nobody wants that stay what they are`() async throws {
    let world = try await DoorWorld()
    _ = try await Self.key(world, isAutomatic: false)
    _ = try await world.made { $0.set(.rotateAutomatic, to: true) }
    _ = try await world.made { list in
      list.set(.rotateAutomatic, to: true)
      list.set(.rotateInterval) { $0.interval(.rotateInterval, Self.day) }
    }
    #expect(try await Self.renewed(world, after: 100 * Int64(Self.day)) == 0, "the last isn't active")
  }

  @Test func `whoever switches it on or off is heard`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(world, isAutomatic: false)
    func set(_ isAutomatic: Bool) async throws {
      let item = try await world.about(key, .setAttribute) { writer in
        writer.structure(.newAttribute) { $0.boolean(.rotateAutomatic, isAutomatic) }
      }
      #expect(item.isSuccess)
    }
    try await set(true)
    try await set(false)
    #expect(try await Self.renewed(world, after: Int64(Self.day)) == 0)
    try await set(true)
    #expect(try await Self.renewed(world, after: 0) == 1)
  }

  @Test func `an interval that would fill the store is an hour`() async throws {
    let world = try await DoorWorld()
    _ = try await Self.key(world, every: 1)
    #expect(try await Self.renewed(world, after: 3599) == 0)
    #expect(try await Self.renewed(world, after: 1) == 1)
  }

  @Test func `a key that a client re-keys goes on from there`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(world)
    #expect(try await Self.renewed(world, after: 3600) == 0)
    #expect(try await world.about(key, .reKey).isSuccess)
    #expect(try await Self.renewed(world, after: Int64(Self.day) - 1) == 0)
    #expect(try await Self.renewed(world, after: 1) == 1)
  }

  @Test func `what is revoked or in the archive isn't renewed`() async throws {
    let world = try await DoorWorld()
    let revoked = try await Self.key(world)
    #expect(try await world.revoke(revoked, .unspecified).isSuccess)
    let archived = try await world.made { list in
      list.set(.activationDate, to: world.house.clock.now())
      list.set(.rotateAutomatic, to: true)
      list.set(.rotateInterval) { $0.interval(.rotateInterval, Self.day) }
    }
    #expect(try await world.about(archived, .archive).isSuccess)
    #expect(try await Self.renewed(world, after: Int64(Self.day)) == 0)
    #expect(try await world.about(archived, .recover).isSuccess)
    #expect(try await Self.renewed(world, after: 0) == 1)
  }

  @Test func `what can't be renewed is tried again after a while, and doesn't keep others waiting`()
    async throws
  {
    let world = try await DoorWorld()
    let stuck = try await Self.key(world) { $0.set(.description, to: "stuck") }
    let other = try await world.made { list in
      list.set(.activationDate, to: world.house.clock.now())
      list.set(.rotateAutomatic, to: true)
      list.set(.rotateInterval) { $0.interval(.rotateInterval, Self.day) }
    }
    let usual = Renewal(world.house.engine.desk)
    let job = RenewalJob(world.house.engine) { (key) async throws(KMSError) in
      guard key.record.identifier == stuck else { return try await usual.work(for: key) }
      return ObjectWork(
        "Renew", in: world.home,
        on: [ObjectWork.Input(.renewObject, on: KeyReference(.id(key.record.id), asWritten: stuck))],
        making: [.renewObject]
      ) { _ throws(KMSError) in throw KMIPFault(.generalFailure, "It is stuck.").asError }
    }
    func attempts() throws -> Int {
      try world.house.records().filter { $0.operation == "Renew" && $0.outcome != "success" }.count
    }
    world.house.clock.advance(seconds: Int64(Self.day))
    #expect(try await job.runOnce() == 1)
    #expect(try await world.attributes(of: other).boolean(.rotateLatest) == false)
    #expect(try await job.runOnce() == 0)
    #expect(try attempts() == 1)
    world.house.clock.advance(seconds: RenewalJob.rest)
    #expect(try await job.runOnce() == 0)
    #expect(try attempts() == 2)
  }

  @Test func `what the account's constraints don't allow any more isn't made`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(world)
    func constrain(length: Int32) async throws -> Item {
      try await world.ask(.setConstraints) { writer in
        writer.structure(.constraints) { writer in
          writer.structure(.constraint) {
            $0.structure(.attributes) { $0.integer(.cryptographicLength, length) }
          }
        }
      }
    }
    #expect(try await constrain(length: 256).isSuccess)
    #expect(try await Self.renewed(world, after: Int64(Self.day)) == 0)
    #expect(try await Self.named(world) == key)
    let refusal = try #require(try world.house.records().last { $0.operation == "Renew" })
    #expect(refusal.outcome != "success")
    #expect(try await constrain(length: 128).isSuccess)
    #expect(try await Self.renewed(world, after: RenewalJob.rest) == 1)
  }

  @Test func `the successor is its holder's, and who may use it is as before`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(world)
    let name = KeyName(.identifier, key, in: world.home)
    let stored = try #require(try await world.house.store.key(named: name)).record
    var changed = stored
    changed.policy = Array("only \(DoorWorld.client.principal)".utf8)
    changed.tags = [Tag(key: "team", value: "core")]
    changed.generation += 1
    let desk = world.house.engine.desk
    try await world.house.store.commit(
      .updateKey(desk.seal(changed), expecting: stored.generation), outbox: nil)
    desk.keys.forget(stored.id)
    #expect(try await Self.renewed(world, after: Int64(Self.day)) == 1)
    let successor = KeyName(.identifier, try await Self.named(world), in: world.home)
    let after = try #require(try await world.house.store.key(named: successor)).record
    #expect(after.policy == changed.policy && after.tags == changed.tags)
  }
}
