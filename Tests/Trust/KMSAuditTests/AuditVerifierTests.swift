import KMSAudit
import KMSDomain
import KMSSystem
import KMSTestKit
import Testing

@Suite("The verifier")
struct AuditVerifierTests {
  private func verify(_ folder: TemporaryFolder, anchor: [UInt8]? = nil, key: VerifierKey? = nil) throws
    -> AuditReport
  {
    let anchors = anchor.map { [AuditVerifier.Anchor(name: "the anchor", note: $0)] } ?? []
    return try AuditVerifier(folder: folder.log, key: key, anchors: anchors).verify()
  }

  private func join(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [0x0a] } }

  @Test("finds a whole log sound and says how far it can vouch")
  func sound() async throws {
    let folder = try await Samples.log(checkpointsAt: [3, 7])
    let report = try verify(folder)
    #expect(report.isSound)
    #expect(report.findings.isEmpty)
    #expect(report.records == 10)
    #expect(report.segments == 1)
    #expect(report.vouchedRecords == 7)
    #expect(report.text.contains("vouched: records 0 to 6"))
    #expect(report.text.contains("the 3 after them"))
    #expect(report.text.contains("without an anchor"))
  }

  @Test("changes nothing in the folder")
  func readOnly() async throws {
    let folder = try await Samples.log(checkpointsAt: [3])
    let names = try folder.names
    let before = try names.map(folder.read)
    _ = try verify(folder)
    #expect(try folder.names == names)
    #expect(try names.map(folder.read) == before)
  }

  @Test("finds every edit of a single byte of a record")
  func everyByte() async throws {
    let folder = try await Samples.log(checkpointsAt: [1, 2, 3], records: 3)
    let whole = try folder.read(Samples.firstSegment)
    let ends = whole.indices.filter { whole[$0] == 0x0a }
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x01
      try folder.write(changed, Samples.firstSegment)
      let report = try verify(folder)
      #expect(!report.isSound, "byte \(index)")
      // A checkpoint after each record: the place is exact.
      let record = UInt64(ends.filter { $0 < index }.count)
      #expect(report.vouchedRecords == record)
      #expect(report.findings.contains { $0.record == record })
    }
  }

  @Test("finds every edit of a single byte of the checkpoints")
  func everyCheckpointByte() async throws {
    let folder = try await Samples.log(checkpointsAt: [2, 4], records: 4)
    let whole = try folder.read("checkpoints")
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x01
      try folder.write(changed, "checkpoints")
      #expect(try !verify(folder).findings.isEmpty, "byte \(index)")
    }
  }

  @Test("places an edit between two consecutive checkpoints")
  func editedRange() async throws {
    let folder = try await Samples.log(checkpointsAt: [3, 7, 9])
    var lines = try folder.lines
    lines[4] = Array(String(decoding: lines[4], as: UTF8.self).replacing("Encrypt", with: "Decrypt").utf8)
    try folder.write(join(lines), Samples.firstSegment)
    let report = try verify(folder)
    #expect(!report.isSound)
    #expect(report.vouchedRecords == 3)
    #expect(report.findings.count == 1)
    #expect(report.findings.first?.record == 3)
    #expect(report.findings.first?.sentence.contains("records 3 to 6") == true)
    #expect(report.text.hasPrefix("THE AUDIT LOG IS DAMAGED."))
  }

  @Test("finds a line that was removed, moved, doubled or slipped in", arguments: [0, 3, 4, 5, 8])
  func movedLines(_ index: Int) async throws {
    let folder = try await Samples.log(checkpointsAt: [5, 10])
    let lines = try folder.lines
    var removed = lines
    removed.remove(at: index)
    var swapped = lines
    swapped.swapAt(index, index + 1)
    var doubled = lines
    doubled.insert(lines[index], at: index)
    for (changed, first) in [(removed, index), (swapped, index), (doubled, index + 1)] {
      try folder.write(join(changed), Samples.firstSegment)
      let report = try verify(folder)
      #expect(!report.isSound)
      #expect(report.vouchedRecords == (first < 5 ? 0 : 5))
    }
  }

  @Test("finds segments that are missing, too long or too short")
  func damagedSegments() async throws {
    let folder = try TemporaryFolder()
    let log = try Samples.open(Samples.settings(folder, strict: true, segmentBytes: 1500))
    for number in UInt64(0)..<12 { try await log.append(Samples.record(number)) }
    try await Samples.checkpoint(log)
    let names = try folder.segmentNames
    try #require(names.count >= 3)
    #expect(try verify(folder).isSound)

    let gap = try folder.copy()
    try gap.remove(names[1])
    let report = try verify(gap)
    #expect(!report.isSound)
    #expect(
      report.findings.contains {
        $0.file == names[2] && $0.sentence.contains("are missing before this segment")
      })

    let short = try folder.copy()
    let bytes = try short.read(names[0])
    let lines = bytes.split(separator: 0x0a).map(Array.init)
    try short.write(join(Array(lines.dropLast())), names[0])
    #expect(try verify(short).findings.contains { $0.record == UInt64(lines.count - 1) })

    let long = try folder.copy()
    try long.write(bytes + join([lines[0]]), names[0])
    #expect(try verify(long).findings.contains { $0.sentence.contains("1 records too many") })

    let torn = try folder.copy()
    try torn.write(bytes.dropLast(), names[0])
    #expect(try !verify(torn).isSound)
  }

  @Test("finds a log that is shorter than its checkpoints say")
  func truncatedLog() async throws {
    let folder = try await Samples.log(checkpointsAt: [3, 8])
    try folder.write(join(Array(try folder.lines[..<6])), Samples.firstSegment)
    let report = try verify(folder)
    #expect(!report.isSound)
    #expect(report.vouchedRecords == 3)
    #expect(report.findings.contains { $0.sentence.contains("covers 8 records, but there are only 6") })
  }

  @Test("finds a log that was cut together with its checkpoints only by an anchor")
  func truncatedWithCheckpoints() async throws {
    let folder = try await Samples.log(checkpointsAt: [3, 8])
    let anchor = try folder.read("checkpoint")
    let first = Array(try folder.read("checkpoints").dropLast(anchor.count))
    try folder.write(join(Array(try folder.lines[..<6])), Samples.firstSegment)
    try folder.write(first, "checkpoints")
    try folder.write(first, "checkpoint")

    let without = try verify(folder)
    #expect(without.isSound)
    #expect(without.vouchedRecords == 3)
    #expect(!without.hasAnchor)

    let with = try verify(folder, anchor: anchor)
    #expect(!with.isSound)
    #expect(with.findings.contains { $0.sentence.hasPrefix("the anchor covers 8 records") })
    // A copied note may have lost its line feed.
    #expect(try !verify(folder, anchor: anchor.dropLast()).isSound)
  }

  @Test("tells a rewritten history by an anchor, even if its keeper has the signing key")
  func rewrittenHistory() async throws {
    let anchor = try await Samples.log(checkpointsAt: [5]).read("checkpoint")
    let folder = try TemporaryFolder()
    let log = try Samples.open(folder)
    try log.appendNow(Samples.records(100..<120))
    try await Samples.checkpoint(log)
    #expect(try verify(folder).isSound)
    let report = try verify(folder, anchor: anchor)
    #expect(!report.isSound)
    #expect(
      report.findings.contains { $0.sentence.contains("rewritten") && $0.sentence.contains("records 0 to 4") }
    )
  }

  @Test("lets an anchor vouch where the folder's checkpoints are lost")
  func anchorVouches() async throws {
    let folder = try await Samples.log(checkpointsAt: [6])
    let anchor = try folder.read("checkpoint")
    try folder.remove("checkpoint")
    try folder.remove("checkpoints")
    #expect(try verify(folder).vouchedRecords == 0)
    #expect(try verify(folder).findings.map(\.weight) == [.notice])
    let report = try verify(folder, anchor: anchor)
    #expect(report.isSound)
    #expect(report.vouchedRecords == 6)
    #expect(report.text.contains("by the anchor"))
  }

  @Test("believes no checkpoint of another key, and no anchor of one")
  func wrongKey() async throws {
    let folder = try await Samples.log(checkpointsAt: [6])
    let other = try #require(VerifierKey(name: Samples.origin, publicKey: TestSigner(8).publicKey))
    let report = try verify(folder, key: other)
    #expect(!report.isSound)
    #expect(report.vouchedRecords == 0)
    #expect(!report.isKeyFromFolder)
    let right = try #require(VerifierKey(name: Samples.origin, publicKey: TestSigner().publicKey))
    #expect(try verify(folder, key: right).isSound)
    let foreign = try verify(folder, anchor: Array("nonsense".utf8))
    #expect(!foreign.isSound)
    try folder.remove("verifier-key")
    #expect(try !verify(folder).isSound)
  }

  @Test("takes an unfinished last line for what it is: a notice")
  func unfinishedLine() async throws {
    let folder = try await Samples.log(checkpointsAt: [10])
    let whole = try folder.read(Samples.firstSegment)
    try folder.write(whole + Array("{\"id\":\"00".utf8), Samples.firstSegment)
    let report = try verify(folder)
    #expect(report.isSound)
    #expect(report.findings.map(\.weight) == [.notice])
    #expect(report.records == 10)
    try folder.write(whole + Array("not a record\n".utf8), Samples.firstSegment)
    #expect(try !verify(folder).isSound)
  }

  @Test("reports a damaged log in bounded room")
  func manyFindings() async throws {
    let folder = try await Samples.log(checkpointsAt: [10])
    try folder.write([UInt8](repeating: 0x0a, count: 5000), Samples.firstSegment)
    let report = try verify(folder)
    #expect(report.findings.count == AuditReport.findingLimit)
    #expect(report.omittedFindings > 4000)
    #expect(!report.isSound)
  }

  @Test("can't vouch for a folder that isn't there")
  func absentFolder() throws {
    #expect(throws: SystemError.self) { try AuditVerifier(folder: "/nonexistent/audit").verify() }
  }
}
