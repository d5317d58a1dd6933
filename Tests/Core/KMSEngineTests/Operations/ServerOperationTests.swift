import CustodySoftware
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
      "AKIANEW", secret: .of(World.plaintext), for: IdentityID("AIDANOBODY"), vault: world.house.custody)
    #expect(try await world.failure(of: issue, as: .system) == .corrupt(.principal))
    #expect(try await world.house.store.accessKey("AKIANEW") == nil)
  }

  @Test func `an access key id is given once, and who comes second is told so`() async throws {
    let world = try await World()
    let custody = world.house.custody
    let first = IssueAccessKey("AKIANEW", secret: .of([1, 2, 3]), for: World.user, vault: custody)
    try await world.run(first, as: .system)
    let stored = try await world.house.store.accessKey("AKIANEW")
    let records = try world.house.records().count
    let again = IssueAccessKey("AKIANEW", secret: .of([4, 5, 6]), for: World.user, vault: custody)
    #expect(try await world.failure(of: again, as: .system) == .contention)
    #expect(try await world.house.store.accessKey("AKIANEW") == stored)
    #expect(try world.house.records().count == records + 1, "one record, however often it was tried")
    #expect(try world.lastRecord().code == "contention")
  }

  @Test func `a new epoch has a record, and wraps once it is stored`() async throws {
    let world = try await World(epochLimits: EpochLimits(soft: 1, hard: 1 << 30))
    let job = EpochJob(world.engine, world.house.custody)
    #expect(try await job.runOnce() == EpochID(2))
    #expect(try await world.house.store.epochs().map(\.id) == [EpochID(1), EpochID(2)])
    #expect(world.house.custody.status.epoch == EpochID(2))
    let record = try world.lastRecord()
    #expect(record.operation == "RenewEpoch" && record.outcome == "success")
    #expect(record.who?.principal == "system" && record.source == "epoch job")
    #expect(record.demands?.map(\.action) == ["renewEpoch"])
    #expect(record.demands?.allSatisfy { $0.decision == "allow" && $0.resolved == "server" } == true)
    // Not due again before something was wrapped.
    #expect(try await job.runOnce() == nil)
    #expect(try await world.house.store.epochs().count == 2)
  }

  @Test func `an epoch that was stored while the log was full is adopted later, and its record isn't lost`()
    async throws
  {
    let world = try await World(epochLimits: EpochLimits(soft: 1, hard: 1 << 30))
    let job = EpochJob(world.engine, world.house.custody)
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) { _ = try await job.runOnce() }
    #expect(world.house.custody.status.epoch == EpochID(1))
    let waiting = try #require(try await world.house.store.outbox(limit: 100).last)
    #expect(String(decoding: waiting.line, as: UTF8.self).contains("RenewEpoch"))
    world.house.disk.clear()
    #expect(try await job.runOnce() == nil)
    #expect(world.house.custody.status.epoch == EpochID(2))
    #expect(try await world.house.store.epochs().count == 2)
  }
}
