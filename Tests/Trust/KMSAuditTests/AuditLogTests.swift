import Foundation
import KMSAudit
import KMSDomain
import KMSSystem
import KMSTestKit
import Testing

@Suite("The log")
struct AuditLogTests {
  private func id(_ line: [UInt8]) throws -> String {
    let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    return try #require(object["id"] as? String)
  }

  @Test("keeps batches in their order and one record a line")
  func batches() throws {
    let folder = try TemporaryFolder()
    let log = try Samples.open(folder)
    try log.appendNow(Samples.records(0..<5))
    try log.appendNow([])
    try log.appendNow(Samples.records(5..<64))
    #expect(log.records == 64)
    #expect(log.answersWithoutWaiting)
    let expected = (0..<64).map { Samples.record($0).id.hex }
    #expect(try folder.lines.map(id) == expected)
    #expect(try folder.read(Samples.firstSegment).last == 0x0a)
  }

  @Test("has every record of concurrent writers once, batches unbroken, and the tree of the file")
  func concurrency() async throws {
    let folder = try TemporaryFolder()
    let log = try Samples.open(Samples.settings(folder, segmentBytes: 64 << 10))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in UInt64(0)..<16 {
        group.addTask {
          for batch in UInt64(0)..<8 {
            let first = task * 1000 + batch * 10
            try log.appendNow(Samples.records(first..<(first + 9)))
            try await log.append(Samples.record(first + 9))
            if batch == 4 { try await Samples.checkpoint(log) }
          }
        }
      }
      try await group.waitForAll()
    }
    try await Samples.checkpoint(log)
    let ids = try folder.lines.map(id)
    #expect(ids.count == 16 * 80)
    #expect(Set(ids).count == ids.count)
    for task in UInt64(0)..<16 {
      for batch in UInt64(0)..<8 {
        let numbers = (0..<9).map { Samples.record(task * 1000 + batch * 10 + $0).id.hex }
        let start = try #require(ids.firstIndex(of: numbers[0]))
        #expect(Array(ids[start..<(start + 9)]) == numbers)
      }
    }
    let report = try AuditVerifier(folder: folder.log).verify()
    #expect(report.isSound)
    #expect(report.vouchedRecords == 16 * 80)
  }

  @Test("goes on in a new segment, named by its first record, once one is full")
  func segments() async throws {
    let folder = try TemporaryFolder()
    let settings = Samples.settings(folder, strict: true, segmentBytes: 2000)
    let log = try Samples.open(settings)
    for number in UInt64(0)..<20 { try await log.append(Samples.record(number)) }
    let names = try folder.segmentNames
    #expect(names.count > 3)
    var first = 0
    for name in names {
      #expect(name == String(format: "%020d.jsonl", first))
      first += try folder.read(name).split(separator: 0x0a).count
    }
    #expect(first == 20)
    try await Samples.checkpoint(log)
    let again = try Samples.open(settings)
    #expect(again.records == 20)
    try await again.append(Samples.record(20))
    try await Samples.checkpoint(again)
    #expect(try AuditVerifier(folder: folder.log).verify().vouchedRecords == 21)
  }

  @Test("goes on where it stopped, with and without the kept frontier")
  func reopening() async throws {
    let folder = try await Samples.log(checkpointsAt: [4, 7])
    for lost in [nil, "frontier", "checkpoint", "verifier-key"] as [String?] {
      let copy = try folder.copy()
      if let lost { try copy.remove(lost) }
      let log = try Samples.open(copy)
      #expect(log.records == 10)
      #expect(log.recordsSinceCheckpoint == 3)
      try log.appendNow(Samples.records(10..<12))
      try await Samples.checkpoint(log)
      let report = try AuditVerifier(folder: copy.log).verify()
      #expect(report.isSound, "\(lost ?? "nothing lost"): \(report.text)")
      #expect(report.vouchedRecords == 12)
    }
  }

  @Test("doesn't believe a frontier that isn't the signed one")
  func forgedFrontier() async throws {
    let folder = try await Samples.log(checkpointsAt: [7])
    let other = try await Samples.log(checkpointsAt: [5])
    try folder.write(try other.read("frontier"), "frontier")
    #expect(try Samples.open(folder).records == 10)
    try folder.write(Array("claviger-frontier/1\nx\n".utf8), "frontier")
    #expect(try Samples.open(folder).records == 10)
  }

  @Test("writes a record of the outbox once, also over a restart")
  func outbox() async throws {
    let folder = try TemporaryFolder()
    let log = try Samples.open(folder)
    let record = log.encode(Samples.record(1))
    try await log.append(record)
    try await log.append(record)
    try await log.append(Samples.record(2))
    #expect(log.records == 2)
    let again = try Samples.open(folder)
    try await again.append(record)
    #expect(again.records == 2)
    #expect(try folder.lines.first == record.line)
  }

  @Test("settles the outbox before it signs, then forgets the ids")
  func settling() async throws {
    let folder = try TemporaryFolder()
    let log = try Samples.open(folder)
    try log.appendNow([Samples.record(0)])
    let record = log.encode(Samples.record(1))
    try await log.append(record)
    let published = Published()
    await #expect(throws: KMSError.storeUnavailable) {
      try await log.checkpoint(
        settle: { (_) async throws(KMSError) in throw KMSError.storeUnavailable }, publish: published.publish)
    }
    #expect(log.recordsSinceCheckpoint == 2)
    #expect(try !folder.names.contains("checkpoint"))
    try await log.checkpoint(settle: published.settle, publish: published.publish)
    #expect(published.settled == [[record.id]])
    #expect(published.notes == [try folder.read("checkpoint")])
    #expect(log.recordsSinceCheckpoint == 0)
    try log.appendNow([Samples.record(2)])
    try await log.checkpoint(settle: published.settle, publish: published.publish)
    #expect(published.settled.count == 1)
    #expect(published.notes.count == 2)
  }

  @Test("publishes a checkpoint once, and later when it couldn't at first")
  func publishing() async throws {
    let folder = try TemporaryFolder()
    let log = try Samples.open(folder)
    let published = Published()
    try await log.checkpoint(settle: published.settle, publish: published.publish)
    #expect(published.notes.isEmpty)
    try log.appendNow([Samples.record(0)])
    published.fail(with: .storeUnavailable)
    await #expect(throws: KMSError.storeUnavailable) {
      try await log.checkpoint(settle: published.settle, publish: published.publish)
    }
    published.fail(with: nil)
    // After a restart, too: the store has no copy yet.
    let again = try Samples.open(folder)
    try await again.checkpoint(settle: published.settle, publish: published.publish)
    try await again.checkpoint(settle: published.settle, publish: published.publish)
    #expect(published.notes == [try folder.read("checkpoint")])
    #expect(try folder.read("checkpoints") == (try folder.read("checkpoint")))
  }

  @Test(
    "refuses rows of the outbox that are not one record",
    arguments: ["", "{}", "{\"id\":\"x\"}", "{\"id\":\"000000000000a0d10000000000000002\"}", "null", "{\n}"])
  func foreignOutboxRows(_ text: String) async throws {
    let faults = CollectedFaults()
    let folder = try TemporaryFolder()
    let log = try Samples.open(Samples.settings(folder), faults: faults)
    let row = OutboxRecord(id: Samples.record(1).id, line: Array(text.utf8))
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(row) }
    let good = log.encode(Samples.record(1))
    let injected = OutboxRecord(id: good.id, line: good.line.dropLast() + Array(",\n\"x\":1}".utf8))
    await #expect(throws: KMSError.auditUnavailable) { try await log.append(injected) }
    #expect(log.records == 0)
    #expect(faults.causes.count == 2)
  }
}
