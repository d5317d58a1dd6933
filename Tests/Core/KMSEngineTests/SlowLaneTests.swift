import KMSDomain
import KMSTestKit
import Synchronization
import TestHouse
import Testing

@testable import KMSEngine

/// Slow work waits in line, and the line has an end.
@Suite struct SlowLaneTests {
  private final class Order: Sendable {
    private let list = Mutex<[Int]>([])
    func append(_ number: Int) { list.withLock { $0.append(number) } }
    var numbers: [Int] { list.withLock { $0 } }
  }

  /// Returns once `count` wait.
  private static func untilWaiting(_ count: Int, in lane: SlowLane) async {
    while lane.waiting < count { await Task.yield() }
  }

  @Test func `as many are let in as there are workers, the others in their order`() async throws {
    let lane = SlowLane(TestWorkers(count: 1), limits: .standard)
    let first = try await lane.enter()
    #expect(!first)
    #expect(!lane.enterIfFree())
    let order = Order()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let hasWaited = try await lane.enter()
          #expect(hasWaited)
          order.append(number)
          lane.leave()
        }
        await Self.untilWaiting(number + 1, in: lane)
      }
      lane.leave()
      try await group.waitForAll()
    }
    #expect(order.numbers == Array(0..<8))
    #expect(lane.enterIfFree())
  }

  @Test func `a full line sends newcomers away`() async throws {
    let lane = SlowLane(TestWorkers(count: 1), limits: SlowLane.Limits(line: 1, deadline: .seconds(60)))
    _ = try await lane.enter()
    let waiting = Task { try await lane.enter() }
    await Self.untilWaiting(1, in: lane)
    await #expect(throws: KMSError.tooBusy) { try await lane.enter() }
    lane.leave()
    #expect(try await waiting.value)
  }

  @Test func `who has waited longer than the deadline is sent away, and the place is free`() async throws {
    let lane = SlowLane(TestWorkers(count: 1), limits: SlowLane.Limits(line: 8, deadline: .zero))
    _ = try await lane.enter()
    let waiting = Task { try await lane.enter() }
    await Self.untilWaiting(1, in: lane)
    lane.leave()
    await #expect(throws: KMSError.tooBusy) { try await waiting.value }
    let next = try await lane.enter()
    #expect(!next)
  }

  @Test func `work is done by a worker and its result comes back`() async throws {
    let lane = SlowLane(TestWorkers(), limits: .standard)
    _ = try await lane.enter()
    #expect(await lane.perform { 6 * 7 } == 42)
    lane.leave()
  }
}

/// The gate in front of it.
@Suite(.serialized) struct SlowWorkTests {
  private static let slow = Trial.Kind(spec: .p384, usages: [.sign, .verify])

  @Test func `slow work isn't for the fast lane`() async throws {
    let world = try await World()
    let key = World.reference(try await world.run(.create(kind: Self.slow)).record)
    let sign = { Sign.sign(key, by: .ecdsaSHA384) }
    _ = try await world.run(sign())
    #expect(world.engine.attempt(sign(), as: World.admin, from: world.origin()) == nil)
  }

  @Test func `a key that is disabled while a call waits isn't used`() async throws {
    let world = try await World()
    let record = try await world.run(.create(kind: Self.slow)).record
    let key = World.reference(record)
    _ = try await world.run(.sign(key, by: .ecdsaSHA384))
    let lane = world.engine.desk.slowLane
    while lane.enterIfFree() {}
    let waiting = Task { try await world.failure(of: .sign(key, by: .ecdsaSHA384)) }
    while lane.waiting == 0 { await Task.yield() }
    try await world.run(DisableKey(key))
    lane.leave()
    #expect(try await waiting.value == .keyDisabled(record.resourceName))
  }

  @Test func `whoever has no right doesn't wait`() async throws {
    let world = try await World()
    let key = World.reference(try await world.run(.create(kind: Self.slow)).record)
    while world.engine.desk.slowLane.enterIfFree() {}
    let error = try await world.failure(
      of: .sign(key, by: .ecdsaSHA384), as: Fixtures.caller("nobody"))
    #expect(error.code == "denied")
  }

  @Test func `a call that is sent away is recorded`() async throws {
    let world = try await World()
    let key = World.reference(try await world.run(.create(kind: Self.slow)).record)
    let lane = world.engine.desk.slowLane
    while lane.enterIfFree() {}
    let tasks = (0...SlowLane.Limits.standard.line).map { _ in
      Task { try? await world.run(.sign(key, by: .ecdsaSHA384)) }
    }
    while lane.waiting < SlowLane.Limits.standard.line { await Task.yield() }
    var last = try world.lastRecord()
    while last.code != "tooBusy" {
      await Task.yield()
      last = try world.lastRecord()
    }
    #expect(last.operation == "Sign" && last.outcome == "failed")
    lane.leave()
    lane.leave()
    var served = 0
    for task in tasks where await task.value != nil { served += 1 }
    #expect(served == SlowLane.Limits.standard.line)
  }
}
