import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

// What happens when a door does several operations for one request. One after the other: every world has files open.
@Suite(.serialized) struct RequestIDTests {
  @Test func `two changes for one request are both made and both recorded`() async throws {
    let world = try await World()
    let origin = world.origin()
    let before = try world.house.records().count
    _ = try await world.engine.run(DisableKey(world.keyReference), as: World.admin, from: origin)
    _ = try await world.engine.run(EnableKey(world.keyReference), as: World.admin, from: origin)
    #expect(try await world.stored(world.key).state == .active)
    let records = try world.house.records().dropFirst(before)
    #expect(records.map(\.operation) == ["DisableKey", "EnableKey"])
    #expect(records.allSatisfy { $0.request == origin.id.text && $0.outcome == "success" })
    #expect(Set(records.map(\.id)).count == 2, "each has an id of its own")
  }

  @Test func `a change is in the log after a restart although its request's reading was there before it`()
    async throws
  {
    let world = try await World()
    let origin = world.origin()
    _ = try await world.engine.run(DescribeKey(world.keyReference), as: World.admin, from: origin)
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) {
      _ = try await world.engine.run(DisableKey(world.keyReference), as: World.admin, from: origin)
    }
    world.house.disk.clear()
    #expect(try world.lastRecord().operation == "DescribeKey")
    try await world.house.recoverLog()
    let record = try world.lastRecord()
    #expect(record.operation == "DisableKey" && record.request == origin.id.text)
    #expect(try await world.stored(world.key).state == .suspended)
  }
}
