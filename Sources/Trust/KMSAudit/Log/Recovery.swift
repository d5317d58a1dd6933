import KMSDomain
import KMSSystem

/// Reads the files of a log at start: finds its end, compares it with what was signed, and looks for a torn
/// last line. It changes nothing.
struct Recovery {
  struct Result {
    var frontier = MerkleFrontier()
    /// The segment that grows, by its first record.
    var segment: UInt64 = 0
    /// Its size without a torn line.
    var position: Int64 = 0
    /// The bytes of the torn line; 0 when there is none.
    var tornBytes: Int64 = 0
    /// Ids of the records since the last checkpoint, with their indices.
    var recent: [Bits128: UInt64] = [:]
    var checkpoint: SignedCheckpoint?
    /// Behind the last whole note of the file of checkpoints.
    var checkpointsEnd: Int64 = 0
    /// The last checkpoint is also the one that was expected.
    var isPublished = true
  }

  /// A size at which the root is known from a signature.
  private struct Target {
    let name: String
    let checkpoint: Checkpoint
  }

  private let folder: LogFolder
  private let key: VerifierKey
  private var result = Result()
  /// Those that lie ahead, the nearest first.
  private var targets: [Target] = []

  /// - Parameter expected: a checkpoint kept outside the log's folder.
  static func run(_ folder: LogFolder, key: VerifierKey, expected: [UInt8]?) throws(AuditOpenError) -> Result
  {
    var recovery = Recovery(folder: folder, key: key)
    let segments = try Recovery.reading { () throws(SystemError) in try folder.segments() }
    try recovery.takeCheckpoints(expected)
    try recovery.skipToFrontier(segments)
    try recovery.scan(segments)
    if let target = recovery.targets.first {
      throw .damaged(
        "\(target.name) covers \(target.checkpoint.size) records, there are \(recovery.result.frontier.size)")
    }
    return recovery.result
  }

  private init(folder: LogFolder, key: VerifierKey) {
    self.folder = folder
    self.key = key
  }

  private static func reading<Value>(
    _ body: () throws(SystemError) -> Value
  ) throws(AuditOpenError) -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw AuditOpenError(error)
    }
  }

  private mutating func takeCheckpoints(_ expected: [UInt8]?) throws(AuditOpenError) {
    let folder = folder
    switch try Recovery.reading({ () throws(SystemError) in try LastCheckpoint.read(folder) }) {
    case .none: break
    case .note(let note, let end):
      guard note.isSigned(by: key) else {
        throw .damaged("the last entry of \(folder.checkpoints) is not signed by this server's key")
      }
      result.checkpoint = note
      result.checkpointsEnd = end
      targets.append(Target(name: "its last checkpoint", checkpoint: note.checkpoint))
    case .damaged: throw .damaged("the end of \(folder.checkpoints) is not a checkpoint")
    }
    if let expected {
      guard let note = SignedCheckpoint(expected), note.isSigned(by: key) else {
        throw .damaged("the store's copy of the last checkpoint is not signed by this server's key")
      }
      targets.append(Target(name: "the store's copy of the last checkpoint", checkpoint: note.checkpoint))
    }
    result.isPublished = expected == result.checkpoint?.note
    targets.sort { $0.checkpoint.size < $1.checkpoint.size }
  }

  /// Starts at the kept frontier when it is the one that the last checkpoint signed; otherwise at the
  /// beginning.
  private mutating func skipToFrontier(_ segments: [UInt64]) throws(AuditOpenError) {
    let folder = folder
    let kept = try Recovery.reading { () throws(SystemError) in
      try LogFolder.contents(folder.frontier, limit: FrontierState.byteLimit)
    }
    guard let signed = result.checkpoint?.checkpoint, let state = kept.flatMap({ FrontierState($0) }),
      state.frontier.size == signed.size, state.frontier.root == signed.root,
      segments.contains(state.segment)
    else { return try compareTargets() }
    result.frontier = state.frontier
    result.segment = state.segment
    result.position = state.position
    // The store's copy may be older than the last checkpoint: a crash came between the two.
    targets.removeAll { $0.checkpoint.size < state.frontier.size }
    try compareTargets()
  }

  /// Compares the roots of the targets that the scan has reached.
  private mutating func compareTargets() throws(AuditOpenError) {
    while let target = targets.first, target.checkpoint.size == result.frontier.size {
      guard target.checkpoint.root == result.frontier.root else {
        throw .damaged("the first \(target.checkpoint.size) records are not those that \(target.name) signed")
      }
      targets.removeFirst()
    }
  }

  private mutating func scan(_ segments: [UInt64]) throws(AuditOpenError) {
    if let first = segments.first, first != 0 {
      throw .damaged("the first segment is \(LogFolder.segmentName(first)); those before it are missing")
    }
    let start = result.segment
    for segment in segments where segment >= start {
      if segment > start {
        guard segment == result.frontier.size else {
          throw .damaged(
            "\(LogFolder.segmentName(segment)) should begin at record \(result.frontier.size) by its name")
        }
        result.segment = segment
        result.position = 0
      }
      try scanSegment(isLast: segment == segments.last)
    }
  }

  private mutating func scanSegment(isLast: Bool) throws(AuditOpenError) {
    let path = folder.segment(result.segment)
    let start = result.position
    var (reader, size) = try Recovery.reading { () throws(SystemError) in
      let file = try ReadFile(path)
      let size = try file.size()
      return (LineReader(file, from: start, to: size), size)
    }
    guard size >= start else { throw .damaged("\(path) is shorter than it was at the last checkpoint") }
    while let line = try Recovery.reading({ () throws(SystemError) in try reader.next() }) {
      if case .whole(let bytes) = line, let id = RecordLine.id(of: bytes) {
        try take(bytes, id)
        result.position = reader.position
        continue
      }
      // Only the very last line can be torn. Anything else was whole once and has been damaged since.
      guard isLast, reader.isAtEnd || line.isUnfinished else {
        throw .damaged(
          "record \(result.frontier.size), at byte \(result.position) of \(path), is not a record")
      }
      result.tornBytes = size - result.position
      return
    }
  }

  private mutating func take(_ line: [UInt8], _ id: Bits128) throws(AuditOpenError) {
    if result.frontier.size >= result.checkpoint?.checkpoint.size ?? 0 {
      result.recent[id] = result.frontier.size
    }
    result.frontier.append(.leaf(line))
    try compareTargets()
  }
}

extension LineReader.Line {
  fileprivate var isUnfinished: Bool {
    switch self {
    case .unfinished: true
    case .whole, .tooLong: false
    }
  }
}
