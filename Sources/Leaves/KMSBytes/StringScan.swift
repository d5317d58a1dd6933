/// Looks for where a piece of text ends, eight bytes at a time.
package enum StringScan {
  /// The first quote, backslash or control character at or after `start`; the end of the text when there is none.
  /// - Parameter seen: takes on the bits of all bytes before it: above 0x7f when one wasn't ASCII.
  package static func end(of text: Span<UInt8>, from start: Int, seen: inout UInt8) -> Int {
    var at = start
    var bits: UInt64 = 0
    let bytes = unsafe text.bytes
    while text.count - at >= 8 {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      // The lowest bit that is set is exact, and so is "none": a borrow can only reach up into bytes behind a hit.
      let hits =
        zeros(word ^ (ones &* 0x22)) | zeros(word ^ (ones &* 0x5c)) | (word &- ones &* 0x20) & ~word & tops
      guard hits == 0 else { break }
      bits |= word
      at += 8
    }
    seen |= bits & tops == 0 ? 0 : 0x80
    while at < text.count {
      let byte = text[at]
      if byte == 0x22 || byte == 0x5c || byte < 0x20 { break }
      seen |= byte
      at += 1
    }
    return at
  }

  /// The first byte at or after `start` that isn't printable ASCII (0x20 to 0x7e); `limit` when there is none before it.
  package static func endOfPrintable(in text: Span<UInt8>, from start: Int, limit: Int) -> Int {
    let limit = min(limit, text.count)
    var at = start
    let bytes = unsafe text.bytes
    while limit - at >= 8 {
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
      // As above: a borrow or a carry reaches only bytes behind a hit.
      let hits = ((word &- ones &* 0x20) & ~word | word | (word &+ ones)) & tops
      guard hits == 0 else { break }
      at += 8
    }
    while at < limit, text[at] &- 0x20 < 0x5f { at += 1 }
    return at
  }

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The top bit of the first byte that is zero.
  @inline(__always)
  private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
}
