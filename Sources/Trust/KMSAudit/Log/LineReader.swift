import KMSSystem

/// Reads a file line by line from one offset to another, in bounded memory.
struct LineReader {
  enum Line {
    /// Without its line feed.
    case whole([UInt8])
    /// Bytes at the end without a line feed.
    case unfinished(Int)
    /// More bytes without a line feed than a line may have; reading can't go on.
    case tooLong
  }

  private static let chunk = 256 << 10

  private let file: ReadFile
  private let end: Int64
  private var buffer: [UInt8] = []
  /// The next byte of the buffer to hand out.
  private var at = 0
  /// Where the next chunk comes from.
  private var readOffset: Int64
  /// Where the next line begins.
  private(set) var position: Int64
  private var isOver = false

  init(_ file: ReadFile, from start: Int64 = 0, to end: Int64) {
    self.file = file
    self.end = end
    position = start
    readOffset = start
  }

  var isAtEnd: Bool { position >= end }

  /// nil at the end, and behind anything but a whole line.
  mutating func next() throws(SystemError) -> Line? {
    while !isOver {
      if let feed = nextFeed() {
        let line = Array(buffer[at..<feed])
        position += Int64(line.count) + 1
        at = feed + 1
        return .whole(line)
      }
      let rest = buffer.count - at
      let isTooLong = rest > RecordLine.byteLimit
      isOver = isTooLong || readOffset >= end
      if isTooLong { return .tooLong }
      if isOver { return rest == 0 ? nil : .unfinished(rest) }
      try refill()
    }
    return nil
  }

  private func nextFeed() -> Int? {
    let bytes = buffer.span
    var index = at
    while index < bytes.count {
      if bytes[index] == 0x0a { return index }
      index += 1
    }
    return nil
  }

  private mutating func refill() throws(SystemError) {
    buffer.removeFirst(at)
    at = 0
    let wanted = Int(min(Int64(LineReader.chunk), end - readOffset))
    let piece = try file.read(at: readOffset, count: wanted)
    // A file that has become shorter ends here.
    readOffset = piece.isEmpty ? end : readOffset + Int64(piece.count)
    buffer.append(contentsOf: piece)
  }
}
