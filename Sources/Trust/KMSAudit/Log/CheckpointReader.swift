import KMSSystem

/// Reads the file of checkpoints note by note, in bounded memory.
struct CheckpointReader {
  enum Entry {
    case checkpoint(SignedCheckpoint)
    /// Lines that are no note of ours; reading goes on at the next line that begins one.
    case malformed
    /// The beginning of a note that was never finished.
    case unfinished
  }

  private var lines: LineReader
  private let origin: [UInt8]
  private var pending: [UInt8]?
  /// Where the entry that came last began.
  private(set) var position: Int64 = 0
  /// Behind the last good note.
  private(set) var goodEnd: Int64 = 0

  init(_ file: ReadFile, origin: String, to end: Int64) {
    lines = LineReader(file, to: end)
    self.origin = Array(origin.utf8)
  }

  /// nil at the end.
  mutating func next() throws(SystemError) -> Entry? {
    var note: [UInt8] = []
    position = lines.position - Int64(pending.map { $0.count + 1 } ?? 0)
    for index in 0..<SignedCheckpoint.lineCount {
      switch try line() {
      case nil: return index == 0 ? nil : .unfinished
      case .unfinished: return .unfinished
      case .tooLong: return try skip()
      case .whole(let line):
        // A line that begins a note inside one: the note that it interrupts is damaged.
        if index > 0, line == origin {
          pending = line
          return .malformed
        }
        note += line + [0x0a]
      }
    }
    guard let checkpoint = SignedCheckpoint(note) else { return try skip() }
    goodEnd = lines.position
    return .checkpoint(checkpoint)
  }

  private mutating func line() throws(SystemError) -> LineReader.Line? {
    if let line = pending {
      pending = nil
      return .whole(line)
    }
    return try lines.next()
  }

  private mutating func skip() throws(SystemError) -> Entry {
    while case .whole(let line)? = try lines.next() {
      if line == origin {
        pending = line
        break
      }
    }
    return .malformed
  }
}
