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
}
