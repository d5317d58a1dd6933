import KMSSystem

/// One verification on its way through the log.
struct VerificationRun {
  private let folder: LogFolder
  private let givenAnchors: [AuditVerifier.Anchor]
  private var key: VerifierKey?
  private var roots: SignedRoots?
  private var frontier = MerkleFrontier()
  /// The number of the next record: what the names of the segments say. It differs from the tree's size
  /// behind a gap.
  private var index: UInt64 = 0
  /// From here on no root can be right: something before it is wrong or missing.
  private var isTreeBroken = false
  private(set) var report = AuditReport()

  init(_ verifier: AuditVerifier) {
    folder = verifier.folder
    givenAnchors = verifier.anchors
    key = verifier.key
    report.hasAnchor = !verifier.anchors.isEmpty
  }

  mutating func readKey() throws(SystemError) {
    guard key == nil else { return }
    report.isKeyFromFolder = true
    let text = try LogFolder.contents(folder.verifierKey, limit: 4096)
    key = text.flatMap { String(validating: $0, as: UTF8.self) }.flatMap { VerifierKey(text: $0) }
    if key == nil {
      damage("there is no readable verifier key, so no signature can be checked", file: "verifier-key")
    }
  }

  mutating func readSignatures() throws(SystemError) {
    guard let key else { return }
    var reader: CheckpointReader?
    do throws(SystemError) {
      let file = try ReadFile(folder.checkpoints)
      reader = CheckpointReader(file, origin: key.name, to: try file.size())
    } catch {
      guard error.isAbsence else { throw error }
    }
    var roots = try SignedRoots(key: key, file: "checkpoints", reader: reader)
    if let latest = try LogFolder.contents(folder.latestCheckpoint, limit: SignedCheckpoint.byteLimit) {
      roots.addAnchor(latest, name: "the latest checkpoint (file checkpoint)", isAnchor: false)
    }
    for anchor in givenAnchors { roots.addAnchor(anchor.note, name: anchor.name, isAnchor: true) }
    self.roots = roots
  }

  mutating func readSegments() throws(SystemError) {
    // The sizes of this moment; a running server appends behind them.
    let segments = try folder.segments()
    var sizes: [Int64] = []
    for first in segments { sizes.append(try ReadFile(folder.segment(first)).size()) }
    report.segments = segments.count
    try compareRoots()
    for (first, size) in zip(segments, sizes) {
      checkPlace(of: first)
      try readSegment(first, size: size, isLast: first == segments.last)
    }
  }

  /// Whether the records before a segment are as many as its name says.
  private mutating func checkPlace(of first: UInt64) {
    let name = LogFolder.segmentName(first)
    if first > index {
      damage("records \(index) to \(first - 1) are missing before this segment", record: index, file: name)
    } else if first < index {
      damage("\(index - first) records too many stand before this segment", record: first, file: name)
    } else {
      return
    }
    index = first
    isTreeBroken = true
  }

  private mutating func readSegment(_ first: UInt64, size: Int64, isLast: Bool) throws(SystemError) {
    let name = LogFolder.segmentName(first)
    var reader = LineReader(try ReadFile(folder.segment(first)), to: size)
    while true {
      let offset = reader.position
      guard let line = try reader.next() else { return }
      switch line {
      case .whole(let bytes):
        if RecordLine.id(of: bytes) == nil {
          damage("this line is not a record", record: index, file: name, offset)
        }
        frontier.append(.leaf(bytes))
        index += 1
        report.records += 1
        try compareRoots()
      case .unfinished(let count):
        let sentence = "\(count) bytes without a line feed"
        guard isLast else {
          damage(sentence, record: index, file: name, offset)
          return
        }
        add(.notice, sentence + ": a crash, or a record being written", record: index, file: name, offset)
        return
      case .tooLong:
        isTreeBroken = true
        return damage(
          "a line longer than any record; the rest is not read", record: index, file: name, offset)
      }
    }
  }

  /// Compares every signed root whose size has been reached.
  private mutating func compareRoots() throws(SystemError) {
    while !isTreeBroken, let root = roots?.next, root.checkpoint.size == frontier.size {
      guard root.checkpoint.root == frontier.root else {
        isTreeBroken = true
        return reportMismatch(root)
      }
      report.goodCheckpoints += 1
      report.vouchedRecords = frontier.size
      report.voucher = root.name
      try roots?.takeNext()
    }
  }

  private mutating func reportMismatch(_ root: SignedRoots.Root) {
    let first = report.vouchedRecords
    guard root.checkpoint.size > first else {
      return damage(
        "\(root.name) has another root than an equal checkpoint: the history was rewritten", record: first)
    }
    let rewritten = root.isAnchor ? "the history was rewritten: " : ""
    damage(
      "\(rewritten)records \(first) to \(root.checkpoint.size - 1) are not those that \(root.name) signed: at"
        + " least one was changed, added, removed or moved; roots can't tell which, nor what is right after it",
      record: first)
  }

  /// What was signed for and never reached; the rest of the checkpoints.
  mutating func finish() throws(SystemError) {
    var isTruncationReported = false
    while let root = roots?.next {
      if root.checkpoint.size > frontier.size, !isTruncationReported || root.isAnchor {
        isTruncationReported = true
        damage(
          "\(root.name) covers \(root.checkpoint.size) records, but there are only \(frontier.size): records"
            + " are missing, from the end or from behind record \(report.vouchedRecords)",
          record: report.vouchedRecords)
      }
      try roots?.takeNext()
    }
    for finding in roots?.takeFindings() ?? [] { report.add(finding) }
    if key != nil, report.records > 0, report.goodCheckpoints == 0, report.isSound {
      add(.notice, "there is no checkpoint yet: nothing vouches for any record")
    }
  }

  private mutating func damage(
    _ sentence: String, record: UInt64? = nil, file: String? = nil, _ offset: Int64? = nil
  ) {
    add(.damage, sentence, record: record, file: file, offset)
  }

  private mutating func add(
    _ weight: AuditReport.Finding.Weight, _ sentence: String, record: UInt64? = nil, file: String? = nil,
    _ offset: Int64? = nil
  ) {
    report.add(.init(weight: weight, record: record, file: file, offset: offset, sentence: sentence))
  }
}
