import KMSAudit
import KMSDomain
import KMSSystem
import KMSTestKit
import Testing

@Suite("Durability and faults")
struct DurabilityTests {
  private func open(
    _ file: FailingFile, strict: Bool = false, faults: any FaultLog = CollectedFaults()
  ) throws -> (MerkleAuditLog, TemporaryFolder) {
    let folder = try TemporaryFolder()
    let settings = Samples.settings(folder, strict: strict) { (_) throws(SystemError) in file }
    return (try Samples.open(settings, faults: faults), folder)
  }

  @Test("in strict mode an answer waits until its record is on disk")
  func strictWaits() async throws {
    let file = FailingFile()
    let (log, _) = try open(file, strict: true)
    let before = file.flushes
    #expect(!log.answersWithoutWaiting)
    try await log.append(Samples.record(0))
    #expect(file.flushes == before + 1)
    try log.appendNow([Samples.record(1)])
    #expect(file.flushes == before + 2)
    try await log.append(log.encode(Samples.record(2)))
    #expect(file.flushes == before + 3)
    // The same row again: its record is on disk already.
    try await log.append(log.encode(Samples.record(2)))
    #expect(file.flushes == before + 3)
  }

  @Test("in strict mode concurrent records share flushes, and none goes without")
  func strictShares() async throws {
    let file = FailingFile()
    let (log, _) = try open(file, strict: true)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in UInt64(0)..<200 { group.addTask { try await log.append(Samples.record(number)) } }
      try await group.waitForAll()
    }
    #expect(log.records == 200)
    #expect(file.flushes <= 201)
  }

  @Test("otherwise a write doesn't flush, and a checkpoint does before it signs")
  func normalMode() async throws {
    let file = FailingFile()
    let (log, folder) = try open(file)
    let before = file.flushes
    try await log.append(Samples.record(0))
    try log.appendNow([Samples.record(1)])
    #expect(file.flushes == before)
    file.fail([.flush])
    await #expect(throws: KMSError.auditUnavailable) { try await Samples.checkpoint(log) }
    #expect(try !folder.names.contains("checkpoint"))
  }

  @Test("a background flush follows a write")
  func backgroundFlush() async throws {
    let flushed = AsyncStream<Void>.makeStream()
    let folder = try TemporaryFolder()
    let settings = AuditLogSettings(
      folder: folder.log, origin: Samples.origin, flushInterval: .milliseconds(1),
      openFile: { (_) throws(SystemError) in SignallingFile(flushed.continuation) })
    let log = try Samples.open(settings)
    var flushes = flushed.stream.makeAsyncIterator()
    // The first is of the start.
    _ = await flushes.next()
    try log.appendNow([Samples.record(0)])
    #expect(await flushes.next() != nil)
    try log.appendNow([Samples.record(1)])
    #expect(await flushes.next() != nil)
  }

  @Test("a failed write leaves nothing behind, and the next one succeeds")
  func failedWrite() async throws {
    let file = FailingFile()
    let faults = CollectedFaults()
    let (log, _) = try open(file, faults: faults)
    try log.appendNow([Samples.record(0)])
    let good = file.bytes
    file.fail([.append])
    #expect(throws: KMSError.auditUnavailable) { try log.appendNow(Samples.records(1..<3)) }
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(Samples.record(1)) }
    let row = log.encode(Samples.record(1))
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(row) }
    #expect(file.bytes == good)
    #expect(faults.causes.count == 3)
    #expect(faults.causes.allSatisfy { $0.contains("full disk") })
    file.fail([])
    // The row failed before: it isn't taken for written.
    try await log.append(row)
    #expect(log.records == 2)
    #expect(file.bytes == good + row.line + [0x0a])
  }

  @Test("a log that can't take back a failed write stops for good")
  func poisoned() async throws {
    let file = FailingFile()
    let (log, _) = try open(file)
    try log.appendNow([Samples.record(0)])
    file.fail([.append, .truncate])
    #expect(throws: KMSError.auditUnavailable) { try log.appendNow([Samples.record(1)]) }
    file.fail([])
    #expect(throws: KMSError.auditUnavailable) { try log.appendNow([Samples.record(2)]) }
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(Samples.record(3)) }
    await #expect(throws: KMSError.auditUnavailable) { try await Samples.checkpoint(log) }
    #expect(log.records == 1)
  }

  @Test("a failed flush stops the log: what it covered may be gone")
  func failedFlush() async throws {
    let file = FailingFile()
    let faults = CollectedFaults()
    let (log, _) = try open(file, strict: true, faults: faults)
    try await log.append(Samples.record(0))
    file.fail([.flush])
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(Samples.record(1)) }
    file.fail([])
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(Samples.record(2)) }
    #expect(throws: KMSError.auditUnavailable) { try log.appendNow([Samples.record(3)]) }
    #expect(faults.causes.first?.contains("broken disk") == true)
  }
}

/// A file that tells of each flush.
final class SignallingFile: LogFile {
  private let flushed: AsyncStream<Void>.Continuation

  init(_ flushed: AsyncStream<Void>.Continuation) { self.flushed = flushed }

  func size() throws(SystemError) -> Int64 { 0 }
  func append(_ pieces: [[UInt8]]) throws(SystemError) {}
  func flush() throws(SystemError) { flushed.yield() }
  func truncate(to size: Int64) throws(SystemError) {}
}
