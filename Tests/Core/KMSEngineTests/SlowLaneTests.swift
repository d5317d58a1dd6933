import Dispatch
import KMSDomain
import KMSTestKit
import Synchronization
import TestHouse
import Testing

@testable import KMSEngine

/// Keeps workers busy until they are let go.
private final class HeldWorkers: Sendable {
  private let gate = DispatchSemaphore(value: 0)
  private let count: Int

  init(_ count: Int, of lane: SlowLane) {
    self.count = count
    for _ in 0..<count { lane.submit(.alone { [gate] _ in gate.wait() }) }
  }

  func release() { for _ in 0..<count { gate.signal() } }
}

/// Stands still until it is moved; whoever is to be woken is, by whoever moves it.
private final class ManualLaneClock: LaneClock {
  private struct State {
    var now = ContinuousClock.now
    var alarms: [(moment: ContinuousClock.Instant, body: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  func now() -> ContinuousClock.Instant { state.withLock { $0.now } }

  func wake(at moment: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.alarms.append((moment, body)) }
  }

  func advance(_ duration: Duration) {
    let due = state.withLock { state -> [@Sendable () -> Void] in
      state.now += duration
      let due = state.alarms.filter { $0.moment <= state.now }.map(\.body)
      state.alarms.removeAll { $0.moment <= state.now }
      return due
    }
    for body in due { body() }
  }
}

/// Slow work waits in line, and the line has an end.
@Suite(.serialized) struct SlowLaneTests {
  private final class Order: Sendable {
    private let list = Mutex<[Int]>([])
    func append(_ number: Int) { list.withLock { $0.append(number) } }
    var numbers: [Int] { list.withLock { $0 } }
  }

  /// With one worker. No test may depend on how fast the machine is.
  private static func lane(_ limits: SlowLane.Limits = .patient) async throws -> (SlowLane, TestHouse) {
    let house = try await TestHouse()
    return (SlowLane(TestWorkers(count: 1), house.audit, limits: limits), house)
  }

  /// Returns once `count` wait.
  private static func untilWaiting(_ count: Int, in lane: SlowLane) async {
    while lane.waiting < count { await Task.yield() }
  }

  @Test func `work is done in the order in which it came, and told whether it waited`() async throws {
    let (lane, _) = try await Self.lane()
    let hasWaited = try await lane.perform { $0 }
    #expect(!hasWaited)
    let held = HeldWorkers(1, of: lane)
    let order = Order()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let hasWaited = try await lane.perform { hasWaited in
            order.append(number)
            return hasWaited
          }
          #expect(hasWaited)
        }
        await Self.untilWaiting(number + 1, in: lane)
      }
      held.release()
      try await group.waitForAll()
    }
    #expect(order.numbers == Array(0..<8))
  }

  @Test func `a full line sends newcomers away`() async throws {
    let (lane, _) = try await Self.lane(SlowLane.Limits(line: 1, deadline: .seconds(3600)))
    let held = HeldWorkers(1, of: lane)
    let waiting = Task { try await lane.perform { $0 } }
    await Self.untilWaiting(1, in: lane)
    await #expect(throws: KMSError.tooBusy) { try await lane.perform { $0 } }
    held.release()
    #expect(try await waiting.value)
  }

  @Test func `who has waited as long as the deadline is sent away while the worker is still busy`()
    async throws
  {
    let clock = ManualLaneClock()
    let house = try await TestHouse()
    let lane = SlowLane(
      TestWorkers(count: 1), house.audit, limits: SlowLane.Limits(line: 8, deadline: .seconds(10)),
      clock: clock)
    let held = HeldWorkers(1, of: lane)
    let first = Task { try await lane.perform { $0 } }
    await Self.untilWaiting(1, in: lane)
    clock.advance(.seconds(6))
    let second = Task { try await lane.perform { $0 } }
    await Self.untilWaiting(2, in: lane)
    clock.advance(.seconds(4))
    await #expect(throws: KMSError.tooBusy) { try await first.value }
    #expect(lane.waiting == 1)
    clock.advance(.seconds(6))
    await #expect(throws: KMSError.tooBusy) { try await second.value }
    #expect(lane.waiting == 0)
    // The alarm is set again for those who come later.
    let third = Task { try await lane.perform { $0 } }
    await Self.untilWaiting(1, in: lane)
    clock.advance(.seconds(10))
    await #expect(throws: KMSError.tooBusy) { try await third.value }
    held.release()
    #expect(try await lane.perform { _ in true })
  }

  @Test func `whoever gets a worker before the deadline is served after it, too`() async throws {
    let clock = ManualLaneClock()
    let house = try await TestHouse()
    let lane = SlowLane(
      TestWorkers(count: 1), house.audit, limits: SlowLane.Limits(line: 8, deadline: .seconds(10)),
      clock: clock)
    let (one, two) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    lane.submit(.alone { _ in one.wait() })
    let served = Task {
      try await lane.perform { hasWaited in
        two.wait()
        return hasWaited
      }
    }
    await Self.untilWaiting(1, in: lane)
    one.signal()
    while lane.waiting > 0 { await Task.yield() }
    clock.advance(.seconds(60))
    two.signal()
    #expect(try await served.value)
  }

  @Test func `answers of a full line leave together, each after its record`() async throws {
    let world = try await World()
    let lane = SlowLane(TestWorkers(count: 1), world.house.audit, limits: .patient)
    let held = HeldWorkers(1, of: lane)
    let seen = Order()
    let before = try world.house.records().count
    for number in 0..<6 {
      let record = AuditRecord(
        id: Bits128(high: 1, low: UInt64(number)), time: Fixtures.start, origin: world.origin(), who: nil,
        operation: "Test", demands: [], outcome: .success, encryptionContext: nil, details: [])
      lane.submit(
        .answering { _ in
          SlowLane.Answered(record: record) { fault in
            #expect(fault == nil)
            let written = (try? world.house.records().count) ?? 0
            #expect(written - before > number)
            seen.append(number)
          }
        })
    }
    held.release()
    while seen.numbers.count < 6 { await Task.yield() }
    #expect(seen.numbers == Array(0..<6))
  }

  @Test func `an answer whose record can't be written is told so`() async throws {
    let world = try await World()
    let lane = SlowLane(TestWorkers(count: 1), world.house.audit, limits: .patient)
    world.house.disk.fill()
    let record = AuditRecord(
      id: Bits128(high: 1, low: 1), time: Fixtures.start, origin: world.origin(), who: nil,
      operation: "Test", demands: [], outcome: .success, encryptionContext: nil, details: [])
    let fault = await withCheckedContinuation { continuation in
      lane.submit(
        .answering { _ in
          SlowLane.Answered(record: record) { continuation.resume(returning: $0) }
        })
    }
    #expect(fault == .auditUnavailable)
  }
}

/// The gate in front of it.
@Suite(.serialized) struct SlowWorkTests {
  private static let slow = Trial.Kind(spec: .p384, usages: [.sign, .verify])
  /// Those of a test house.
  private static let workers = TestWorkers().count

  private static func signing(in world: World) async throws -> (KeyRecord, KeyReference) {
    let record = try await world.run(.create(kind: slow)).record
    return (record, World.reference(record))
  }

  /// By the fast lane.
  private static func runSlowly(
    _ sign: Sign, in world: World, as caller: Caller = World.admin
  ) async -> Result<Sign.Answer, KMSError> {
    await withCheckedContinuation { continuation in
      world.engine.runSlowly(sign, as: caller, from: world.origin()) { continuation.resume(returning: $0) }
    }
  }

  @Test func `slow work is not for an event loop, but for a worker once it is warm`() async throws {
    let world = try await World()
    let (_, key) = try await Self.signing(in: world)
    let sign = { Sign.sign(key, by: .ecdsaSHA384) }
    #expect(!world.engine.isSlow(sign()))
    _ = try await world.run(sign())
    #expect(world.engine.attempt(sign(), as: World.admin, from: world.origin()) == nil)
    #expect(world.engine.isSlow(sign()))
    let signature = try await Self.runSlowly(sign(), in: world).get().result
    #expect(try world.lastRecord().operation == "Sign")
    _ = try await world.run(
      Verify(
        key, signature: signature, message: .of(World.plaintext), form: .raw, by: .ecdsaSHA384,
        isDryRun: false))
  }

  @Test func `a refusal is told and recorded on the worker's way too`() async throws {
    let world = try await World()
    let (_, key) = try await Self.signing(in: world)
    _ = try await world.run(.sign(key, by: .ecdsaSHA384))
    let wrong = await Self.runSlowly(.sign(key, by: .ecdsaSHA256), in: world)
    #expect(throws: KMSError.incompatibleAlgorithm(.signing(.ecdsaSHA256), .p384)) { try wrong.get() }
    #expect(try world.lastRecord().outcome == "failed")
    let nobody = await Self.runSlowly(
      .sign(key, by: .ecdsaSHA384), in: world, as: Fixtures.caller("nobody"))
    guard case .failure(.denied) = nobody else {
      Issue.record("not denied")
      return
    }
    #expect(try world.lastRecord().outcome == "denied")
  }

  @Test(arguments: [true, false])
  func `a key that is disabled while a call waits isn't used`(isFast: Bool) async throws {
    let world = try await World()
    let (record, key) = try await Self.signing(in: world)
    _ = try await world.run(.sign(key, by: .ecdsaSHA384))
    let lane = world.engine.desk.slowLane
    let held = HeldWorkers(Self.workers, of: lane)
    let waiting = Task { () -> Result<Sign.Answer, KMSError> in
      if isFast { return await Self.runSlowly(.sign(key, by: .ecdsaSHA384), in: world) }
      return .failure(try await world.failure(of: .sign(key, by: .ecdsaSHA384)))
    }
    while lane.waiting == 0 { await Task.yield() }
    try await world.run(DisableKey(key))
    held.release()
    let result = try await waiting.value
    #expect(throws: KMSError.keyDisabled(record.resourceName)) { try result.get() }
  }

  @Test func `whoever has no right doesn't wait`() async throws {
    let world = try await World()
    let (_, key) = try await Self.signing(in: world)
    _ = try await world.run(.sign(key, by: .ecdsaSHA384))
    let held = HeldWorkers(Self.workers, of: world.engine.desk.slowLane)
    let error = try await world.failure(of: .sign(key, by: .ecdsaSHA384), as: Fixtures.caller("nobody"))
    #expect(error.code == "denied")
    held.release()
  }

  @Test func `a call that is sent away is recorded`() async throws {
    let world = try await World()
    let (_, key) = try await Self.signing(in: world)
    _ = try await world.run(.sign(key, by: .ecdsaSHA384))
    let lane = world.engine.desk.slowLane
    let held = HeldWorkers(Self.workers, of: lane)
    for _ in 0..<SlowLane.Limits.patient.line { lane.submit(.alone { _ in }) }
    #expect(try await world.failure(of: .sign(key, by: .ecdsaSHA384)) == .tooBusy)
    #expect(try world.lastRecord().code == "tooBusy")
    let fast = await Self.runSlowly(.sign(key, by: .ecdsaSHA384), in: world)
    #expect(throws: KMSError.tooBusy) { try fast.get() }
    #expect(try world.lastRecord().code == "tooBusy")
    held.release()
  }
}
