import KMSAudit
import KMSDomain
import KMSTestKit
import Testing

@Suite("After a crash")
struct RecoveryTests {
  @Test("at whatever byte the log ends, whole records stay, a torn one is cut, and the log says so")
  func everyCut() async throws {
    let folder = try await Samples.log(checkpointsAt: [3], records: 5)
    let whole = try folder.read(Samples.firstSegment)
    let lines = try folder.lines
    // Behind the last checkpoint: two lines.
    let signedEnd = lines[..<3].reduce(0) { $0 + $1.count + 1 }
    for cut in signedEnd...whole.count {
      let copy = try folder.copy()
      try copy.write(Array(whole[..<cut]), Samples.firstSegment)
      let kept = whole[..<cut].count { $0 == 0x0a }
      let isTorn = cut > 0 && whole[cut - 1] != 0x0a
      let log = try Samples.open(copy)
      #expect(log.records == UInt64(kept + (isTorn ? 1 : 0)), "cut at \(cut)")
      let now = try copy.lines
      #expect(Array(now[..<kept]) == Array(lines[..<kept]))
      if isTorn {
        let text = String(decoding: now[kept], as: UTF8.self)
        let position = lines[..<kept].reduce(0) { $0 + $1.count + 1 }
        #expect(text.contains("\"operation\":\"audit.recover\""))
        #expect(text.contains("\"bytesCut\":\"\(cut - position)\""))
      }
      guard cut % 50 == 0 else { continue }
      try await Samples.checkpoint(log)
      #expect(try AuditVerifier(folder: copy.log).verify().isSound)
    }
  }

  @Test("a last line of other bytes is cut, too: a power cut leaves such")
  func garbageTail() async throws {
    for tail in [[UInt8](repeating: 0, count: 5000), Array("{\"id\":\n".utf8), [0x0a]] {
      let folder = try await Samples.log(checkpointsAt: [3], records: 4)
      try folder.write(try folder.read(Samples.firstSegment) + tail, Samples.firstSegment)
      #expect(try Samples.open(folder).records == 5)
      #expect(try folder.lines.count == 5)
      #expect(try Samples.open(folder).records == 5)
    }
  }

  @Test("damage that no crash explains is refused, and nothing is changed")
  func damageInside() async throws {
    let folder = try await Samples.log(checkpointsAt: [3], records: 6)
    var bytes = try folder.read(Samples.firstSegment)
    let fifth = try folder.lines[..<4].reduce(0) { $0 + $1.count + 1 }
    bytes[fifth] = UInt8(ascii: "x")
    try folder.write(bytes, Samples.firstSegment)
    let error = #expect(throws: AuditOpenError.self) { try Samples.open(folder) }
    #expect(error?.description.contains("claviger audit verify") == true)
    #expect(error?.description.contains("record 4") == true)
    #expect(try folder.read(Samples.firstSegment) == bytes)
  }

  @Test("a log that is shorter than its checkpoint is refused")
  func shorterThanSigned() async throws {
    let folder = try await Samples.log(checkpointsAt: [6], records: 6)
    let whole = try folder.read(Samples.firstSegment)
    for lost in [1, 300] {
      for withFrontier in [true, false] {
        let copy = try folder.copy()
        try copy.write(Array(whole.dropLast(lost)), Samples.firstSegment)
        if !withFrontier { try copy.remove("frontier") }
        #expect(throws: AuditOpenError.self) { try Samples.open(copy) }
        #expect(try copy.read(Samples.firstSegment).count == whole.count - lost)
      }
    }
    try folder.remove(Samples.firstSegment)
    #expect(throws: AuditOpenError.self) { try Samples.open(folder) }
  }

  @Test("the store's copy of the last checkpoint reveals a log that was cut or replaced")
  func storeCopy() async throws {
    let folder = try await Samples.log(checkpointsAt: [4, 9])
    let latest = try folder.read("checkpoint")
    let earlier = Array(try folder.read("checkpoints").dropLast(latest.count))
    #expect(try Samples.open(try folder.copy(), expecting: latest).records == 10)
    #expect(try Samples.open(try folder.copy(), expecting: earlier).records == 10)

    // Everything after the fourth record was taken back, checkpoints included.
    let cut = try await Samples.log(checkpointsAt: [4], records: 5)
    let error = #expect(throws: AuditOpenError.self) { try Samples.open(cut, expecting: latest) }
    #expect(error?.description.contains("covers 9 records") == true)
    // Another history of the right length, signed up to the fourth record.
    let other = try await Samples.log(checkpointsAt: [4], records: 5)
    try Samples.open(other).appendNow(Samples.records(20..<26))
    #expect(throws: AuditOpenError.self) { try Samples.open(other, expecting: latest) }
    #expect(throws: AuditOpenError.self) { try Samples.open(try TemporaryFolder(), expecting: latest) }
    #expect(throws: AuditOpenError.self) { try Samples.open(folder, expecting: Array("nonsense\n".utf8)) }
  }

  @Test("a checkpoint that was being written is cut off; another signature is refused")
  func tornCheckpoint() async throws {
    let folder = try await Samples.log(checkpointsAt: [4])
    let notes = try folder.read("checkpoints")
    for length in 1..<notes.count {
      let copy = try folder.copy()
      try copy.write(notes + notes[..<length], "checkpoints")
      let log = try Samples.open(copy)
      #expect(log.recordsSinceCheckpoint == 6)
      guard length % 40 == 0 else { continue }
      try await Samples.checkpoint(log)
      let report = try AuditVerifier(folder: copy.log).verify()
      #expect(report.isSound, "\(report.text)")
      #expect(report.goodCheckpoints == 3)
    }
    #expect(throws: AuditOpenError.self) {
      try Samples.open(Samples.settings(folder), signer: TestSigner(8))
    }
    var forged = notes
    forged[forged.count - 10] ^= 1
    try folder.write(forged, "checkpoints")
    #expect(throws: AuditOpenError.self) { try Samples.open(folder) }
  }

  @Test("a missing first segment is refused")
  func missingSegment() async throws {
    let folder = try TemporaryFolder()
    let settings = Samples.settings(folder, strict: true, segmentBytes: 1000)
    let log = try Samples.open(settings)
    for number in UInt64(0)..<10 { try await log.append(Samples.record(number)) }
    let names = try folder.segmentNames
    try folder.remove(names[1])
    #expect(throws: AuditOpenError.self) { try Samples.open(settings) }
    try folder.remove(names[0])
    #expect(throws: AuditOpenError.self) { try Samples.open(settings) }
  }
}
