import AdminAPI
import CustodySoftware
import DoorAWS
import DoorAdmin
import Foundation
import KMSAudit
import KMSDomain
import KMSEngine
import KMSSystem
import Logging
import StoreSQLite
import Testing

@testable import KMSServer

@Suite struct HouseTests {
  private static let account = "123456789012"

  /// A development server's directory as its first start leaves it.
  private func make(_ scratch: Scratch) async throws -> Configuration {
    var configuration = Configuration()
    configuration.isDevelopment = true
    configuration.account = AccountID(HouseTests.account)
    configuration.dataDirectory = scratch.path
    let start = FirstStart(
      directory: scratch.directory, configuration: configuration, fixed: nil,
      seal: Seals.make(configuration.seal, scratch.directory, passphrase: nil))
    try await start.run()
    return configuration
  }

  private func open(_ scratch: Scratch, _ configuration: Configuration) async throws -> House {
    try await House.open(
      scratch.directory, configuration, passphrase: nil,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private let owner = Caller(
    account: nil, principal: "owner", principalID: "uid:0", userName: nil, isRoot: false, credential: "unix",
    policies: [], isSystem: true)

  private func origin(_ number: UInt64) -> RequestOrigin {
    RequestOrigin(
      id: RequestID(Bits128(high: 1, low: number)), door: "admin", source: "unix", isEncrypted: false,
      userAgent: "")
  }

  @Test func `a directory that was just made opens, with its administrator, and its making is in the log`()
    async throws
  {
    let scratch = try Scratch()
    let configuration = try await make(scratch)
    #expect(try scratch.directory.state() == .made(.development))
    for name in ["seal", "seal-key", "claviger.db", "owner", "mode", "dev/credentials"] {
      #expect(try scratch.mode(of: name) == 0o600, "\(name)")
    }
    let house = try await open(scratch, configuration)
    #expect(house.owner.account.text == HouseTests.account)
    let stored = try #require(try await house.store.principal(house.owner.principal))
    let administrator = try house.engine.desk.unseal(stored, .principal)
    #expect(administrator.name == "arn:aws:iam::123456789012:user/admin")
    let credentials = try KeyValueFile(reading: scratch.directory.devCredentials)
    let accessKey = try #require(credentials["access-key-id"])
    #expect(try await house.store.accessKey(accessKey) != nil)
    #expect(house.audit.records == 1)
    #expect(try await house.store.outbox(limit: 1).isEmpty)
    #expect(try await house.store.auditCheckpoint() != nil)
    await house.store.close()
  }

  @Test func `only the owner may move the clock, read the status and issue access keys`() async throws {
    let scratch = try Scratch()
    let house = try await open(scratch, try await make(scratch))
    let clock = try #require(house.movableClock)
    let secret = try #require(Seals.payload("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"))
    let issue = IssueAccessKey(
      "AKIAIOSFODNN7EXAMPLE", secret: secret, for: house.owner.principal, vault: house.custody)
    let everything = try AWSVocabulary().compile(
      Array(#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#.utf8),
      as: .identity)
    let administrator = Caller(
      account: house.owner.account, principal: "arn:aws:iam::123456789012:user/admin",
      principalID: house.owner.principal.text, userName: "admin", isRoot: false, credential: "AKIA",
      policies: [AttachedPolicy(name: "AdministratorAccess", policy: everything)])
    await #expect(throws: KMSError.self) {
      try await house.engine.run(AdvanceClock(clock, seconds: 60), as: administrator, from: origin(1))
    }
    await #expect(throws: KMSError.self) {
      try await house.engine.run(ReadStatus(), as: administrator, from: origin(2))
    }
    await #expect(throws: KMSError.self) {
      try await house.engine.run(issue, as: administrator, from: origin(3))
    }
    #expect(clock.aheadSeconds == 0)
    #expect(try await house.store.accessKey("AKIAIOSFODNN7EXAMPLE") == nil)

    try await house.engine.run(issue, as: owner, from: origin(4))
    #expect(try await house.store.accessKey("AKIAIOSFODNN7EXAMPLE") != nil)
    let before = house.engine.desk.clock.now()
    let after = try await house.engine.run(AdvanceClock(clock, seconds: 3600), as: owner, from: origin(5))
    #expect(after >= before.advanced(seconds: 3600))
    await house.store.close()
  }

  @Test func `the status names the weak default seal and a moved clock`() async throws {
    let scratch = try Scratch()
    let house = try await open(scratch, try await make(scratch))
    try house.movableClock?.advance(seconds: 120)
    let doors = OpenDoors(expecting: [.http, .admin]) { _ in }
    doors.opened(.http, port: 4711)
    let facts = try await house.engine.run(ReadStatus(), as: owner, from: origin(1))
    let report = await ServerStatus(house: house, doors: doors, started: SystemTime().now()).report(facts)
    #expect(report.mode == "dev" && report.store.keys == 0 && report.custody.epoch == 1)
    #expect(report.seal == StatusReport.Seal(kind: "file", isBesideData: true))
    #expect(report.clock.aheadSeconds == 120)
    #expect(report.listeners == [StatusReport.Listener(kind: "http", url: "http://127.0.0.1:4711")])
    #expect(report.warnings.contains { $0.contains("protects nothing against a copied directory") })
    #expect(report.warnings.contains { $0.contains("120 s ahead") })
    await house.store.close()
  }

  @Test func `the seal of another directory is refused, and so is a directory without its seal`() async throws
  {
    let one = try Scratch()
    let other = try Scratch()
    let configuration = try await make(one)
    _ = try await make(other)
    let foreign = try PrivateFile.read(other.directory.seal, limit: 4096)
    try PrivateFile.write(foreign, to: one.directory.seal)
    await #expect(throws: Problem.self) { try await open(one, configuration) }
    try FileManager.default.removeItem(atPath: one.directory.seal)
    await #expect(throws: Problem.self) { try await open(one, configuration) }
  }

  @Test func `the log is verified against the seal's key and the store's copy, and a cut end is found`()
    async throws
  {
    let scratch = try Scratch()
    let configuration = try await make(scratch)
    let house = try await open(scratch, configuration)
    for number in 1...5 {
      _ = try await house.engine.run(ReadStatus(), as: owner, from: origin(UInt64(number)))
    }
    try await house.checkpoint()
    await house.store.close()
    let sound = try await AuditExamination(configuration).run(anchor: nil)
    #expect(sound.isSound && sound.records == 6 && sound.vouched == 6)

    let segment = scratch.directory.audit + "/00000000000000000000.jsonl"
    let lines = try PrivateFile.read(segment, limit: 1 << 20).split(separator: 0x0a)
    let cut = Array(lines.dropLast(2).joined(separator: [0x0a])) + [0x0a]
    try PrivateFile.write(cut, to: segment)
    let damaged = try await AuditExamination(configuration).run(anchor: nil)
    #expect(!damaged.isSound)
    await #expect(throws: Problem.self) {
      try await AuditExamination(configuration).run(anchor: scratch.path + "/absent")
    }
  }
}
