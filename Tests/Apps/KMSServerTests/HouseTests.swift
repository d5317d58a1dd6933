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
import Synchronization
import Testing

@testable import KMSServer

@Suite struct HouseTests {
  private static let account = "123456789012"
  private static let noVariables = SecretVariables { _ in nil }

  /// A development server's directory as its first start leaves it.
  private func make(_ scratch: Scratch) async throws -> Configuration {
    var configuration = Configuration()
    configuration.isDevelopment = true
    configuration.account = AccountID(HouseTests.account)
    configuration.dataDirectory = scratch.path
    let start = FirstStart(
      directory: scratch.directory, configuration: configuration, fixed: nil,
      seal: Seals.make(configuration.seal, scratch.directory, variables: HouseTests.noVariables))
    try await start.run()
    return configuration
  }

  private func open(_ scratch: Scratch, _ configuration: Configuration) async throws -> House {
    try await House.open(
      scratch.directory, configuration, variables: HouseTests.noVariables,
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
    let stored = try #require(try await house.store.identity(house.owner.principal))
    let administrator = try house.engine.desk.unseal(stored, .principal)
    #expect(AWSVocabulary().name(of: administrator) == "arn:aws:iam::123456789012:user/admin")
    let credentials = try KeyValueFile(reading: scratch.directory.devCredentials)
    let accessKey = try #require(credentials["access-key-id"])
    #expect(try await house.store.accessKey(accessKey) != nil)
    #expect(house.audit.records == 1)
    #expect(try await house.store.outbox(limit: 1).isEmpty)
    #expect(try await house.store.auditCheckpoint() != nil)
    await house.store.close()
  }

  @Test func `a passphrase is read from its variable when custody asks for it, and not before`() async throws
  {
    let scratch = try Scratch()
    var configuration = Configuration()
    configuration.isDevelopment = true
    configuration.dataDirectory = scratch.path
    configuration.seal = .passphraseVariable(name: "SEAL")
    let asked = Mutex<[String]>([])
    let variables = SecretVariables { name in
      asked.withLock { $0.append(name) }
      return "for tests only"
    }
    let start = FirstStart(
      directory: scratch.directory, configuration: configuration, fixed: nil,
      seal: Seals.make(configuration.seal, scratch.directory, variables: variables))
    #expect(asked.withLock { $0.isEmpty })
    try await start.run()
    #expect(asked.withLock { !$0.isEmpty && $0.allSatisfy { $0 == "SEAL" } })
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let house = try await House.open(
      scratch.directory, configuration, variables: variables, logger: logger)
    await house.store.close()
    await #expect(throws: SealError.doesNotOpen(.passphrase)) {
      try await House.open(
        scratch.directory, configuration, variables: SecretVariables { _ in "another" }, logger: logger)
    }
    await #expect(
      throws: SealError.unreadable("the environment variable SEAL that holds the passphrase is not set")
    ) {
      try await House.open(
        scratch.directory, configuration, variables: HouseTests.noVariables, logger: logger)
    }
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

  /// Every file below a folder with its bytes and the time of its last change.
  private static func state(of path: String) throws -> [String: [Data]] {
    var state: [String: [Data]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
      let changed = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      state[name] = [
        FileManager.default.contents(atPath: path + "/" + name) ?? Data(), Data("\(changed)".utf8),
      ]
    }
    return state
  }

  @Test func `doctor and verify write nothing, whether the server was stopped or killed`() async throws {
    let scratch = try Scratch()
    var configuration = try await make(scratch)
    // Not the ports: others may use them.
    configuration.listen = nil
    configuration.listenTLS = nil
    configuration.listenKMIP = nil
    let house = try await open(scratch, configuration)
    _ = try await house.engine.run(ReadStatus(), as: owner, from: origin(1))
    try await house.checkpoint()
    let killed = try Scratch()
    try FileManager.default.removeItem(atPath: killed.path)
    try FileManager.default.copyItem(atPath: scratch.path, toPath: killed.path)
    await house.store.close()
    #expect(try killed.mode(of: "claviger.db-wal") == 0o600)
    for directory in [scratch, killed] {
      configuration.dataDirectory = directory.path
      let before = try Self.state(of: directory.path)
      let (findings, isRunning) = await (try Examination(configuration)).run()
      #expect(!isRunning)
      #expect(findings.filter { $0.grade == .fail } == [])
      #expect(findings.contains { $0.subject == "audit log" && $0.text.hasPrefix("2 records, 2 of them") })
      let verified = try await AuditExamination(configuration).run(anchor: nil)
      #expect(verified.isSound && verified.vouched == 2)
      #expect(!verified.lines.contains { $0.hasPrefix("note: ") }, "store and seal were asked")
      #expect(try Self.state(of: directory.path) == before)
    }
  }

  @Test func `a verifier key that was kept elsewhere is believed, and no other`() async throws {
    let scratch = try Scratch()
    let other = try Scratch()
    let configuration = try await make(scratch)
    let house = try await open(scratch, configuration)
    try await house.checkpoint()
    await house.store.close()
    let stranger = try await open(other, try await make(other))
    await stranger.store.close()
    let kept = scratch.directory.audit + "/verifier-key"
    let sound = try await AuditExamination(configuration).run(anchor: nil, key: kept)
    #expect(sound.isSound && sound.vouched == 1)
    let foreign = other.directory.audit + "/verifier-key"
    let forged = try await AuditExamination(configuration).run(anchor: nil, key: foreign)
    #expect(!forged.isSound && forged.vouched == 0)
    for unreadable in [scratch.path + "/absent", scratch.directory.owner] {
      await #expect(throws: Problem.self) {
        try await AuditExamination(configuration).run(anchor: nil, key: unreadable)
      }
    }
  }
}
