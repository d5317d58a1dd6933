import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

// One after the other: every world has files open.
@Suite(.serialized) struct AuditTests {
  @Test func `a record names who, from where, what was said and what it meant`() async throws {
    let world = try await World()
    let origin = Fixtures.origin(0xabcd)
    _ = try await world.engine.run(
      Encrypt.encrypt(World.reference(World.one)), as: World.admin, from: origin)
    let record = try world.lastRecord()
    #expect(record.id == origin.id.bits.hex && record.request == origin.id.text)
    #expect(record.time == "2027-01-15T08:00:00.000Z")
    #expect(record.door == "aws" && record.source == "127.0.0.1" && !record.tls)
    #expect(record.operation == "Encrypt" && record.outcome == "success")
    #expect(record.who?.account == "111122223333" && record.who?.principal == World.admin.principal)
    #expect(record.who?.principalId == "AIDAadmin" && record.who?.credential == "AKIATEST")
    let demand = try #require(record.demands?.first)
    #expect(record.demands?.count == 1 && demand.action == "encrypt" && demand.named == "alias/one")
    #expect(demand.resolved == world.key.resourceName && demand.key == world.key.id.bits.hex)
    #expect(demand.version == world.key.current.bits.hex)
    #expect(demand.decision == "allow" && demand.by == "identityPolicy administrator #1")
    #expect(record.encryptionContext == ["purpose": "test"])
  }

  @Test func `an operation on two keys has both in its record`() async throws {
    let world = try await World()
    try await world.run(.reEncrypt(world.ciphertext, to: World.reference(World.two)))
    let demands = try #require(try world.lastRecord().demands)
    #expect(demands.map(\.action) == ["reEncryptFrom", "reEncryptTo"])
    #expect(demands.map(\.key) == [world.key.id.bits.hex, world.other.id.bits.hex])
    #expect(demands.map(\.named) == [nil, "alias/two"])
  }

  @Test func `neither plaintext nor ciphertext gets into the log`() async throws {
    let world = try await World()
    try await world.run(.decrypt(world.ciphertext))
    let text = try world.house.logText()
    #expect(text.contains("Decrypt"))
    #expect(!text.contains("attack at dawn"))
    #expect(!text.contains("YXR0YWNr"), "in base64")
  }

  @Test(arguments: Trial.all)
  func `when the log can't be written the call fails and gives no answer`(trial: Trial) async throws {
    let world = try await World(for: trial)
    try await world.prepare(for: trial)
    let records = try world.house.records().count
    world.house.disk.fill()
    #expect(try await trial.failure(world, as: trial.entitled) == .auditUnavailable)
    if !trial.isForSystem, trial.rights != [.getCallerIdentity] {
      #expect(
        try await trial.failure(world, as: Fixtures.caller("nobody")) == .auditUnavailable,
        "a refusal isn't told either")
    }
    #expect(try world.house.records().count == records)
    #expect(!world.house.faults.causes.isEmpty)
  }

  @Test func `the fast lane's records can't be lost either`() async throws {
    let world = try await World()
    let settled = try #require(try Trial.encrypt.attempt(world, World.admin))
    world.house.disk.fill()
    #expect(throws: KMSError.auditUnavailable) { try world.engine.commit([settled.record]) }
    world.house.disk.clear()
    try world.engine.commit([settled.record])
    #expect(try world.lastRecord().outcome == "success")
  }

  @Test func `a change that was made keeps its record in the store until the log has it`() async throws {
    let world = try await World()
    world.house.disk.fill()
    #expect(try await world.failure(of: DisableKey(world.keyReference)) == .auditUnavailable)
    #expect(try await world.stored(world.key).state == .suspended)
    let waiting = try #require(try await world.house.store.outbox(limit: 100).last)
    #expect(String(decoding: waiting.line, as: UTF8.self).contains("DisableKey"))
    world.house.disk.clear()
    // Nothing stale: the key is off although its caller got no answer.
    #expect(try await world.failure(of: .encrypt(world.keyReference)) == .keyDisabled(world.key.resourceName))
    try await world.house.audit.append(waiting)
    #expect(try world.lastRecord().operation == "DisableKey")
  }

  @Test func `refused requests are recorded one by one up to a number a second, the rest are counted`()
    async throws
  {
    let world = try await World(rejectionsPerSecond: 3)
    let before = try world.house.records().count
    func reject(_ times: Int, _ source: String) async throws {
      for _ in 0..<times {
        let origin = RequestOrigin(
          id: world.origin().id, door: "aws", source: source, isEncrypted: false, userAgent: "")
        try await world.engine.reject("SomeException", operation: "Encrypt", as: nil, from: origin)
      }
    }
    try await reject(10, "192.0.2.1")
    try await reject(2, "192.0.2.2")
    var records = try world.house.records().dropFirst(before)
    #expect(records.count == 5 && records.allSatisfy { $0.outcome == "rejected" && $0.count == 1 })
    #expect(records.allSatisfy { $0.code == "SomeException" && $0.who == nil })
    world.house.clock.advance(seconds: 1)
    try await reject(4, "192.0.2.1")
    try await world.engine.recordSuppressedRejections()
    records = try world.house.records().dropFirst(before)
    #expect(records.count == 9)
    #expect(records.last?.code == "suppressed" && records.last?.count == 8)
    #expect(records.last?.source == "192.0.2.1")
    try await world.engine.recordSuppressedRejections()
    #expect(try world.house.records().count == before + 9, "nothing is counted twice")
  }

  @Test func `what is refused somebody who has nothing but a token is counted like requests of nobody`()
    async throws
  {
    let world = try await World(rejectionsPerSecond: 3)
    let bearer = Caller(
      account: nil, principal: "issuer:one:robot", principalID: "issuer:one:robot", userName: nil,
      isRoot: false, credential: "robot", policies: [],
      webIdentity: WebIdentity(provider: "provider", issuer: "issuer", claims: [:]))
    let name = "role:" + String(repeating: "x", count: 2000)
    let terms = SessionTerms(name: "pod", seconds: nil)
    let role = RoleToAssume(name, IdentityName(.role, "absent", in: Fixtures.account), terms)
    let before = try world.house.records().count
    for _ in 0..<20 {
      guard
        case .denied = try await world.failure(of: AssumeRoleWithWebIdentity(role), as: bearer)
      else { throw Surprise("a stranger got in") }
    }
    try await world.engine.recordSuppressedRejections()
    let records = try world.house.records().dropFirst(before)
    #expect(records.count == 4 && records.filter { $0.outcome == "denied" }.count == 3)
    #expect(records.last?.code == "suppressed" && records.last?.count == 17)
    let demand = try #require(records.first?.demands?.first)
    #expect(demand.named?.utf8.count == 640 && demand.resolved?.utf8.count == 640)
  }

  @Test func `requests that can't be read are counted for each caller`() async throws {
    let world = try await World(rejectionsPerSecond: 3)
    let before = try world.house.records().count
    let bob = Fixtures.caller("bob")
    for caller in [World.admin, bob] {
      for _ in 0..<20 {
        try await world.engine.reject(
          "SerializationException", operation: "Encrypt", as: caller, from: world.origin())
      }
    }
    try await world.engine.recordSuppressedRejections()
    let records = try world.house.records().dropFirst(before)
    #expect(records.filter { $0.who != nil && $0.code == "SerializationException" }.count == 6)
    let counting = records.filter { $0.code == "suppressed" }
    #expect(counting.map(\.count) == [17, 17] && records.count == 8)
    #expect(counting.map(\.details) == [["principal": World.admin.principal], ["principal": bob.principal]])
  }

  @Test func `a site that takes one address after the other is one source`() async throws {
    let world = try await World(rejectionsPerSecond: 3)
    let before = try world.house.records().count
    for number in 0..<20 {
      let origin = RequestOrigin(
        id: world.origin().id, door: "aws", source: "2001:db8:1:2::\(number)", isEncrypted: false,
        userAgent: "")
      try await world.engine.reject("SomeException", operation: "Encrypt", as: nil, from: origin)
    }
    try await world.engine.recordSuppressedRejections()
    let records = try world.house.records().dropFirst(before)
    #expect(records.count == 4 && records.first?.source == "2001:db8:1:2::0")
    #expect(records.last?.source == "2001:db8:1:2::/64" && records.last?.count == 17)
  }

  @Test func `counts that couldn't be recorded are counted on`() async throws {
    let world = try await World(rejectionsPerSecond: 1)
    let before = try world.house.records().count
    func reject(_ times: Int, _ source: String) async throws {
      for _ in 0..<times {
        let origin = RequestOrigin(
          id: world.origin().id, door: "aws", source: source, isEncrypted: false, userAgent: "")
        try await world.engine.reject("X", operation: "", as: nil, from: origin)
      }
    }
    try await reject(4, "192.0.2.1")
    try await reject(6, "192.0.2.2")
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) { try await world.engine.recordSuppressedRejections() }
    world.house.disk.clear()
    try await reject(3, "192.0.2.1")
    try await world.engine.recordSuppressedRejections()
    let counts = try world.house.records().dropFirst(before).filter { $0.code == "suppressed" }
    #expect(counts.map(\.source) == ["192.0.2.1", "192.0.2.2"])
    // Of the last three one was recorded by itself: the counts that came back don't take its place.
    #expect(counts.map(\.count) == [5, 5])
  }

  @Test func `counts that come back into a full table share its line`() {
    let ledger = RejectionLedger(perSecond: 1)
    for number in 0..<4096 { _ = ledger.admits("source-\(number)", at: Fixtures.start) }
    ledger.restore([.init(source: "elsewhere", count: 3), .init(source: "source-7", count: 2)])
    #expect(
      ledger.drain() == [.init(source: "others", count: 3), .init(source: "source-7", count: 2)])
  }

  @Test func `sources beyond the ledger's size share one line`() {
    let ledger = RejectionLedger(perSecond: 1)
    var admitted = 0
    for number in 0..<5000 where ledger.admits("source-\(number)", at: Fixtures.start) { admitted += 1 }
    #expect(admitted == 4097)
    #expect(ledger.drain() == [.init(source: "others", count: 5000 - 4097)])
    #expect(ledger.drain().isEmpty)
  }

  @Test func `a rejection that can't be recorded says so`() async throws {
    let world = try await World()
    world.house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) {
      try await world.engine.reject("X", operation: "", as: World.admin, from: world.origin())
    }
  }
}
