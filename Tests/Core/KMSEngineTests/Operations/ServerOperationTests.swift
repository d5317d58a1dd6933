import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ServerOperationTests {
  @Test func `the status counts keys that are not destroyed`() async throws {
    let world = try await World()
    #expect(try await world.run(ReadStatus(), as: .system).keys == 2)
    try await world.run(.create())
    let status = try await world.run(ReadStatus(), as: .system)
    #expect(status.keys == 3 && status.custody.kind == "software" && status.now == Fixtures.start)
  }

  @Test func `the clock moves, and the record says by how much`() async throws {
    let world = try await World()
    let now = try await world.run(AdvanceClock(world.house.clock, seconds: 90), as: .system)
    #expect(now == Fixtures.start.advanced(seconds: 90))
    #expect(try world.lastRecord().details == ["seconds": "90"])
  }

  @Test func `a further access key signs, and belongs to its principal`() async throws {
    let world = try await World()
    let secret = Payload.of(Array("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".utf8))
    let issue = IssueAccessKey("AKIANEW", secret: secret, for: World.user, vault: world.house.custody)
    try await world.run(issue, as: .system)
    let stored = try #require(try await world.house.store.accessKey("AKIANEW"))
    let record = try world.engine.desk.unseal(stored, .accessKey)
    #expect(record.principal == World.user && record.isActive)
    let key = try world.house.custody.signingKey(
      for: record, date: "20270115", region: "eu-central-1", service: "kms")
    #expect(key.count == 32)
    #expect(try world.lastRecord().details == ["accessKey": "AKIANEW"])
  }

  @Test func `an access key needs a principal that exists`() async throws {
    let world = try await World()
    let issue = IssueAccessKey(
      "AKIANEW", secret: .of(World.plaintext), for: PrincipalID("AIDANOBODY"), vault: world.house.custody)
    #expect(try await world.failure(of: issue, as: .system) == .corrupt(.principal))
    #expect(try await world.house.store.accessKey("AKIANEW") == nil)
  }
}
