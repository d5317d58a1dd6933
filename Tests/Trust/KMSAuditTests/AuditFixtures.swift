import Crypto
import Foundation
import KMSAudit
import KMSDomain
import KMSSystem
import KMSTestKit
import Synchronization

/// An Ed25519 signer with a fixed key.
struct TestSigner: Signer {
  private let key: Curve25519.Signing.PrivateKey

  init(_ seed: UInt8 = 7) {
    key =
      (try? Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: seed, count: 32)))
      .unsafelyPresent
  }

  var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

  func sign(_ message: [UInt8]) throws(KMSError) -> [UInt8] {
    guard let signature = try? key.signature(for: message) else { throw .custodyUnavailable }
    return Array(signature)
  }
}

/// A folder that goes away with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/audit-" + UUID().uuidString
    try Directory.makePrivate(path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var log: String { path + "/audit" }

  /// A copy of everything in it.
  func copy() throws -> TemporaryFolder {
    let other = try TemporaryFolder()
    try Directory.makePrivate(other.log)
    for name in try Directory.entries(log) { try other.write(try read(name), name) }
    return other
  }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(log)/\(name)"))) }
  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(filePath: "\(log)/\(name)"))
  }
  func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(log)/\(name)") }
  var names: [String] { get throws { try Directory.entries(log).sorted() } }
  var segmentNames: [String] { get throws { try names.filter { $0.hasSuffix(".jsonl") } } }

  /// All lines of all segments.
  var lines: [[UInt8]] {
    get throws {
      try segmentNames.flatMap { try read($0).split(separator: 0x0a).map(Array.init) }
    }
  }
}

enum Samples {
  static let origin = "claviger/00112233"
  static let firstSegment = "00000000000000000000.jsonl"

  static func record(
    _ number: UInt64, userAgent: String = "test", operation: String = "Encrypt",
    outcome: AuditRecord.Outcome = .success
  ) -> AuditRecord {
    AuditRecord(
      id: Bits128(high: 0xa0d1, low: number), time: Fixtures.start.advanced(seconds: Int64(number)),
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 0x52, low: number)), door: "aws", source: "127.0.0.1", isEncrypted: true,
        userAgent: userAgent),
      who: Fixtures.caller(), operation: operation,
      demands: [
        AuditRecord.Demand(
          action: .encrypt, named: "alias/data", resolved: "key:111122223333:key-1", key: Fixtures.keyID(1),
          version: Fixtures.versionID(1), decision: Decision(isAllowed: true, ground: .keyPolicy("#1")))
      ],
      outcome: outcome,
      encryptionContext: EncryptionContext([.init(name: "purpose", value: "test")]),
      details: [.init(name: "bytes", value: "1024")])
  }

  /// A short line, for tests that try every byte.
  static func small(_ number: UInt64) -> AuditRecord {
    AuditRecord(
      id: Bits128(high: 0x5a11, low: number), time: Fixtures.start, origin: Fixtures.origin(number), who: nil,
      operation: "Encrypt", demands: [], outcome: .success, encryptionContext: nil, details: [])
  }

  static func records(_ range: Range<UInt64>) -> [AuditRecord] { range.map { record($0) } }

  static func settings(
    _ folder: TemporaryFolder, strict: Bool = false, segmentBytes: Int64 = 1 << 20,
    openFile: @escaping @Sendable (String) throws(SystemError) -> any LogFile = AuditLogSettings
      .openAppendFile
  ) -> AuditLogSettings {
    // No background flush comes within a test.
    AuditLogSettings(
      folder: folder.log, origin: origin, isStrict: strict, flushInterval: .seconds(3600),
      segmentBytes: segmentBytes, openFile: openFile)
  }

  static func open(
    _ settings: AuditLogSettings, signer: TestSigner = TestSigner(), faults: any FaultLog = CollectedFaults(),
    expecting: [UInt8]? = nil
  ) throws(AuditOpenError) -> MerkleAuditLog {
    try MerkleAuditLog.open(
      settings, signer: signer, clock: ManualClock(), randomness: CountingRandomness(), faults: faults,
      expectedCheckpoint: expecting)
  }

  static func open(_ folder: TemporaryFolder, expecting: [UInt8]? = nil) throws(AuditOpenError)
    -> MerkleAuditLog
  {
    try open(settings(folder), expecting: expecting)
  }

  static func checkpoint(_ log: MerkleAuditLog) async throws(KMSError) {
    let nowhere = Published()
    try await log.checkpoint(settle: nowhere.settle, publish: nowhere.publish)
  }

  /// A folder with ten small records in one segment, a checkpoint after each of the counts, and no server.
  static func log(checkpointsAt counts: [UInt64], records total: UInt64 = 10) async throws -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    let log = try open(folder)
    for number in 0..<total {
      try log.appendNow([small(number)])
      if counts.contains(number + 1) { try await checkpoint(log) }
    }
    return folder
  }
}

/// What a checkpoint settles and publishes.
final class Published: Sendable {
  private struct State {
    var settled: [[Bits128]] = []
    var notes: [[UInt8]] = []
    var failure: KMSError?
  }

  private let state = Mutex(State())

  var settled: [[Bits128]] { state.withLock { $0.settled } }
  var notes: [[UInt8]] { state.withLock { $0.notes } }

  func fail(with error: KMSError?) { state.withLock { $0.failure = error } }

  func settle(_ ids: [Bits128]) async throws(KMSError) { state.withLock { $0.settled.append(ids) } }

  func publish(_ note: [UInt8]) async throws(KMSError) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    state.withLock { $0.notes.append(note) }
  }
}

/// A file in memory whose disk can be made to fail.
final class FailingFile: LogFile {
  enum Fault {
    case append
    case truncate
    case flush
  }

  private struct State {
    var bytes: [UInt8] = []
    var faults: Set<Fault> = []
    var flushes = 0
  }

  private let state = Mutex(State())

  var bytes: [UInt8] { state.withLock { $0.bytes } }
  var flushes: Int { state.withLock { $0.flushes } }
  func fail(_ faults: Set<Fault>) { state.withLock { $0.faults = faults } }

  func size() throws(SystemError) -> Int64 { Int64(bytes.count) }

  /// A failing append leaves half of what it should have written.
  func append(_ pieces: [[UInt8]]) throws(SystemError) {
    let all = pieces.flatMap(\.self)
    let isWhole = state.withLock { state in
      let isWhole = !state.faults.contains(.append)
      state.bytes += isWhole ? all : Array(all.prefix(all.count / 2))
      return isWhole
    }
    guard isWhole else { throw SystemError("append to", "a full disk", 28) }
  }

  func flush() throws(SystemError) {
    let isGood = state.withLock { state in
      state.flushes += 1
      return !state.faults.contains(.flush)
    }
    guard isGood else { throw SystemError("flush", "a broken disk", 5) }
  }

  func truncate(to size: Int64) throws(SystemError) {
    let isGood = state.withLock { state in
      guard !state.faults.contains(.truncate) else { return false }
      state.bytes = Array(state.bytes.prefix(Int(size)))
      return true
    }
    guard isGood else { throw SystemError("truncate", "a broken disk", 5) }
  }
}
