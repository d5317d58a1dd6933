import KMSSystem

/// The signed sizes and roots that a verification meets, in the order of their sizes: the checkpoints of the
/// folder, read one by one, and the anchors. What isn't properly signed becomes a finding and is left out.
struct SignedRoots {
  struct Root {
    let name: String
    let checkpoint: Checkpoint
    let isAnchor: Bool
  }

  private let key: VerifierKey
  private let file: String
  private var reader: CheckpointReader?
  private var number = 0
  private var lastSize: UInt64 = 0
  private var fromFile: Root?
  /// The nearest first.
  private var anchors: [Root] = []
  private(set) var findings: [AuditReport.Finding] = []

  init(key: VerifierKey, file: String, reader: CheckpointReader?) throws(SystemError) {
    self.key = key
    self.file = file
    self.reader = reader
    try readOn()
  }

  /// The next to compare; nil when there is no more.
  var next: Root? {
    guard let anchor = anchors.first else { return fromFile }
    guard let fromFile, fromFile.checkpoint.size <= anchor.checkpoint.size else { return anchor }
    return fromFile
  }

  mutating func takeNext() throws(SystemError) {
    if let anchor = anchors.first, fromFile.map({ $0.checkpoint.size > anchor.checkpoint.size }) ?? true {
      anchors.removeFirst()
    } else {
      try readOn()
    }
  }

  mutating func addAnchor(_ note: [UInt8], name: String, isAnchor: Bool) {
    // A note that was copied by hand may have lost its last line feed.
    guard let signed = SignedCheckpoint(note.last == 0x0a ? note : note + [0x0a]) else {
      return report("\(name) is not a checkpoint")
    }
    guard signed.isSigned(by: key) else {
      return report("\(name) is not signed by the key \(key.name)+\(key.idText)")
    }
    anchors.append(Root(name: name, checkpoint: signed.checkpoint, isAnchor: isAnchor))
    anchors.sort { $0.checkpoint.size < $1.checkpoint.size }
  }

  mutating func takeFindings() -> [AuditReport.Finding] {
    defer { findings = [] }
    return findings
  }

  /// Finds the next good checkpoint of the file.
  private mutating func readOn() throws(SystemError) {
    fromFile = nil
    while let entry = try reader?.next() {
      let offset = reader?.position
      number += 1
      switch entry {
      case .malformed: report("checkpoint \(number) is malformed", offset)
      case .unfinished:
        report("the last checkpoint is unfinished: a crash, or one being written", offset, .notice)
      case .checkpoint(let signed):
        guard signed.isSigned(by: key) else {
          report("checkpoint \(number) is not signed by the key \(key.name)+\(key.idText)", offset)
          continue
        }
        guard signed.checkpoint.size >= lastSize else {
          report(
            "checkpoint \(number) covers fewer records than the one before it: their order was changed",
            offset)
          continue
        }
        lastSize = signed.checkpoint.size
        fromFile = Root(name: "checkpoint \(number)", checkpoint: signed.checkpoint, isAnchor: false)
        return
      }
    }
  }

  private mutating func report(
    _ sentence: String, _ offset: Int64? = nil, _ weight: AuditReport.Finding.Weight = .damage
  ) {
    guard findings.count <= AuditReport.findingLimit else { return }
    findings.append(
      AuditReport.Finding(
        weight: weight, record: nil, file: offset == nil ? nil : file, offset: offset, sentence: sentence))
  }
}
