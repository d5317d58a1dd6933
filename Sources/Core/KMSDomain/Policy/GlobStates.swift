/// Where in a pattern one may be once so much of a name is read: all places at once, as bits. Whatever the pattern is, a name costs its
/// length times the words that the pattern takes, 64 characters to a word.
struct GlobStates {
  /// One more than the pattern has characters: bit `n` of the places says that `n` of them are read.
  private let words: Int
  /// Rows of `words` words: first the masks of `Row`, then for each byte that the pattern has which of its characters are that byte.
  private var masks: [UInt64]
  /// The row of each byte; 0 for bytes that the pattern doesn't have.
  private var rows = [UInt8](repeating: 0, count: 256)
  /// The place behind the last character.
  private var end = 0

  private enum Row: Int, CaseIterable {
    /// Bytes that the pattern doesn't have are none of its characters.
    case nothing
    /// Characters that may be any one.
    case anyOne
    /// Places right behind these: more bytes of the same character may follow.
    case behindAnyOne
    /// Places at which a run may stand.
    case run
    /// Places at which a run without a colon may stand.
    case runInSection
  }

  /// Words that a pattern of so many bytes takes at most.
  static func words(_ bytes: Int) -> Int { bytes / 64 + 1 }

  init(_ pattern: Span<UInt8>) {
    words = GlobStates.words(pattern.count)
    masks = [UInt64](repeating: 0, count: Row.allCases.count * words)
    var place = 0
    for index in pattern.indices {
      switch pattern[index] {
      case PatternBytes.anyRun: mark(place, in: Row.run.rawValue)
      case PatternBytes.anyRunInSection: mark(place, in: Row.runInSection.rawValue)
      case PatternBytes.anyOne:
        mark(place, in: Row.anyOne.rawValue)
        place += 1
        mark(place, in: Row.behindAnyOne.rawValue)
      default:
        mark(place, in: row(of: pattern[index]))
        place += 1
      }
    }
    end = place
  }

  private mutating func row(of byte: UInt8) -> Int {
    if rows[Int(byte)] == 0 {
      // Bytes of UTF-8 are fewer than rows that fit.
      rows[Int(byte)] = UInt8(truncatingIfNeeded: masks.count / words)
      masks.append(contentsOf: repeatElement(0, count: words))
    }
    return Int(rows[Int(byte)])
  }

  private mutating func mark(_ place: Int, in row: Int) {
    masks[row * words + place / 64] |= 1 << (place % 64)
  }

  func matches(_ name: Span<UInt8>) -> Bool {
    var places = [UInt64](repeating: 0, count: words)
    places[0] = 1
    for index in name.indices {
      guard read(name[index], &places) else { return false }
    }
    return places[end / 64] >> (end % 64) & 1 == 1
  }

  /// - Returns: false when no place is left.
  private func read(_ byte: UInt8, _ places: inout [UInt64]) -> Bool {
    let isContinuation = byte & 0xc0 == 0x80
    let here = Int(rows[Int(byte)]) * words
    let one = (isContinuation ? Row.nothing : .anyOne).rawValue * words
    let behind = (isContinuation ? Row.behindAnyOne : .nothing).rawValue * words
    let inSection = (byte == UInt8(ascii: ":") ? Row.nothing : .runInSection).rawValue * words
    let run = Row.run.rawValue * words
    var (carry, left): (UInt64, UInt64) = (0, 0)
    for word in 0..<words {
      let at = places[word]
      let went = at & (masks[here + word] | masks[one + word])
      let stayed = at & (masks[run + word] | masks[inSection + word] | masks[behind + word])
      places[word] = went << 1 | carry | stayed
      carry = went >> 63
      left |= places[word]
    }
    return left != 0
  }
}
