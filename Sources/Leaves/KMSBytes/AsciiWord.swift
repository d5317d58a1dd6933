/// Comparisons of pieces of bytes with words of ours.
package enum AsciiWord {
  /// Whether the piece is the word, letters in either case.
  /// - Parameter word: in lower case.
  package static func matches(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    guard word.utf8CodeUnitCount == range.count else { return false }
    return word.withUTF8Buffer { wanted in
      for offset in 0..<range.count {
        let byte = bytes[range.lowerBound + offset]
        guard unsafe (byte &- 0x41 < 26 ? byte | 0x20 : byte) == wanted[offset] else { return false }
      }
      return true
    }
  }

  /// Whether the word begins with the piece, byte for byte.
  package static func isPrefix(_ bytes: Span<UInt8>, _ range: Range<Int>, of word: StaticString) -> Bool {
    guard range.count <= word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { wanted in
      for offset in 0..<range.count where unsafe wanted[offset] != bytes[range.lowerBound + offset] {
        return false
      }
      return true
    }
  }

  /// Whether the piece is the word, byte for byte.
  package static func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: StaticString) -> Bool {
    range.count == word.utf8CodeUnitCount && isPrefix(bytes, range, of: word)
  }
}
