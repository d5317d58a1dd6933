import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// What clients are told later.
// One after the other: every world has files open.
@Suite(.serialized) struct DeferredTests {
  typealias Ask = DoorWorld.Ask

  private static func later(
    _ ask: Ask, _ world: DoorWorld, in version: KMIPVersion = .v2_1, as caller: Caller = DoorWorld.client
  ) async throws -> [UInt8]? {
    let items = try await world.ask([ask], in: version, as: caller) { header in
      if version < .v2_0 {
        header.boolean(.asynchronousIndicator, true)
      } else {
        header.enumeration(KMIP.AsynchronousIndicator.mandatory)
      }
    }
    let item = try #require(items.first)
    #expect(item.item[.resultStatus]?.enumeration(KMIP.ResultStatus.self) == .operationPending)
    #expect(item.payload == nil)
    return item.item[.asynchronousCorrelationValue]?.byteString
  }

  private static func value(_ operation: KMIP.Operation, _ value: [UInt8]) -> Ask {
    Ask(operation) { $0.byteString(.asynchronousCorrelationValue, value) }
  }

  private static var locate: Ask { Ask(.locate) { $0.structure(.attributes) { _ in } } }

  @Test(arguments: [KMIPVersion.v1_0, .v2_1])
  func `an answer is fetched once, and looks as it would have then`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    let value = try #require(
      try await Self.later(Ask(.archive) { $0.text(.uniqueIdentifier, key) }, world, in: version))
    let polled = try #require(try await world.ask([Self.value(.poll, value)], in: version).first)
    #expect(polled.isSuccess)
    #expect(polled.item[.operation]?.enumeration() == KMIP.Operation.archive)
    #expect(polled.payload?[.uniqueIdentifier]?.text == key)
    let again = try #require(try await world.ask([Self.value(.poll, value)], in: version).first)
    #expect(again.reason == (version < .v2_0 ? .itemNotFound : .invalidAsynchronousCorrelationValue))
  }

  @Test func `what failed is told so`() async throws {
    let world = try await DoorWorld()
    let value = try #require(
      try await Self.later(Ask(.activate) { $0.text(.uniqueIdentifier, "nothing") }, world))
    let polled = try #require(try await world.ask([Self.value(.poll, value)]).first)
    #expect(polled.reason == .objectNotFound)
    #expect(polled.item[.operation]?.enumeration() == KMIP.Operation.activate)
  }

  @Test func `what only looks waits, and can be cancelled`() async throws {
    let world = try await DoorWorld()
    let value = try #require(try await Self.later(Self.locate, world))
    let listed = try await world.ask(.queryAsynchronousRequests) { _ in }
    let request = try #require(listed.payload?[.asynchronousRequest])
    #expect(request[.asynchronousCorrelationValue]?.byteString == value)
    #expect(request[.operation]?.enumeration() == KMIP.Operation.locate)
    #expect(request[.processingStage]?.enumeration() == KMIP.ProcessingStage.submitted)
    let cancelled = try #require(try await world.ask([Self.value(.cancel, value)]).first)
    #expect(cancelled.payload?[.cancellationResult]?.enumeration() == KMIP.CancellationResult.canceled)
    #expect(try await world.ask([Self.value(.cancel, value)]).first?.isSuccess == false)
  }

  @Test func `what was processed can't be cancelled any more, and its answer is still there`() async throws {
    let world = try await DoorWorld()
    let value = try #require(try await Self.later(Self.locate, world))
    #expect(try await world.ask([Self.value(.process, value)]).first?.isSuccess == true)
    let cancelled = try #require(try await world.ask([Self.value(.cancel, value)]).first)
    #expect(cancelled.payload?[.cancellationResult]?.enumeration() == KMIP.CancellationResult.completed)
    #expect(try await world.ask([Self.value(.poll, value)]).first?.isSuccess == true)
  }

  @Test func `another client gets nothing by the value, and neither does anybody too late`() async throws {
    let world = try await DoorWorld()
    let value = try #require(try await Self.later(Self.locate, world))
    let other = Fixtures.caller("other", policies: [.administrator])
    #expect(
      try await world.ask([Self.value(.poll, value)], as: other).first?.reason
        == .invalidAsynchronousCorrelationValue)
    world.house.clock.advance(seconds: 600)
    #expect(
      try await world.ask([Self.value(.poll, value)]).first?.reason == .invalidAsynchronousCorrelationValue)
  }

  @Test func `a client waits for only so many`() async throws {
    let world = try await DoorWorld()
    for _ in 0..<64 { _ = try await Self.later(Self.locate, world) }
    let header: DoorWorld.Body = { $0.enumeration(KMIP.AsynchronousIndicator.mandatory) }
    #expect(try await world.ask([Self.locate], header: header).first?.reason == .serverLimitExceeded)
  }

  @Test func `what a client may choose it is told at once`() async throws {
    let world = try await DoorWorld()
    for indicator in [KMIP.AsynchronousIndicator.optional, .prohibited] {
      let items = try await world.ask([Self.locate], header: { $0.enumeration(indicator) })
      #expect(items.first?.isSuccess == true)
    }
  }

  // MARK: Room

  /// A room for some answers of a Locate with nothing in it, and no more.
  private static let narrow = AnswerRoom.Limits(perClient: 1024, inAll: 1536)

  @Test func `things give their room back when they are fetched, called off or too old`() async throws {
    let world = try await DoorWorld()
    let work = world.door.deferred
    let key = try await world.made()
    let fetched = try #require(
      try await Self.later(Ask(.archive) { $0.text(.uniqueIdentifier, key) }, world))
    let cancelled = try #require(try await Self.later(Self.locate, world))
    _ = try await Self.later(Self.locate, world)
    #expect(work.taken > 0)
    _ = try await world.ask([Self.value(.poll, fetched)])
    _ = try await world.ask([Self.value(.cancel, cancelled)])
    world.house.clock.advance(seconds: 600)
    _ = try await world.ask(.queryAsynchronousRequests) { _ in }
    for _ in 0..<100_000 where work.taken > 0 { await Task.yield() }
    #expect(work.taken == 0)
  }

  @Test func `a share takes no more than there is, for its client and in all`() {
    let room = AnswerRoom(Self.narrow)
    let (one, two) = (room.share(for: DoorWorld.client), room.share(for: DoorWorld.client))
    let other = room.share(for: DoorWorld.stranger)
    #expect(one.hold(1000) && !two.hold(25) && two.hold(24))
    #expect(!other.hold(513) && other.hold(512) && room.taken == 1536)
    #expect(one.hold(10) && two.hold(900) && room.taken == 1422)
    #expect(!one.hold(.max / 2) && room.taken == 1422)
  }

  @Test func `a room is empty when everything is gone`() {
    let room = AnswerRoom(Self.narrow)
    do {
      let share = room.share(for: DoorWorld.client)
      #expect(share.hold(7))
      withExtendedLifetime(share) {}
    }
    #expect(room.taken == 0)
  }

  @Test func `a request that is too large to wait isn't taken, and old answers make way for new ones`()
    async throws
  {
    let world = try await DoorWorld(room: AnswerRoom.Limits(perClient: 8192, inAll: 1 << 20))
    let large = Ask(.locate) { payload in
      payload.structure(.attributes) { $0.text(.description, String(repeating: "x", count: 9000)) }
    }
    let header: DoorWorld.Body = { $0.enumeration(KMIP.AsynchronousIndicator.mandatory) }
    #expect(try await world.ask([large], header: header).first?.reason == .serverLimitExceeded)
    // Each answer has the key's attributes.
    let key = try await world.made { $0.set(.description, to: String(repeating: "y", count: 3000)) }
    var values: [[UInt8]] = []
    for _ in 0..<6 {
      let ask = Ask(.getAttributes) { $0.text(.uniqueIdentifier, key) }
      let value = try #require(try await Self.later(ask, world))
      values.append(value)
      #expect(try await world.ask([Self.value(.process, value)]).first?.isSuccess == true)
      world.house.clock.advance(seconds: 1)
    }
    #expect(world.door.deferred.taken <= 8192)
    let waiting = try await world.ask(.queryAsynchronousRequests) { _ in }
    let kept = waiting.payload?.all(.asynchronousRequest).compactMap {
      $0[.asynchronousCorrelationValue]?.byteString
    }
    #expect(kept?.contains(try #require(values.last)) == true)
    #expect(kept?.count ?? 6 < 6)
  }
}
