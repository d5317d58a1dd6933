import KMSBytes

/// Classes and pieces of text that are bytes.
enum Ascii {
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isLower(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
  static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte) || isUpper(byte) }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  static func equal(_ text: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
    guard text.count == other.count else { return false }
    for index in text.indices where text[index] != other[index] { return false }
    return true
  }

  static func equal(_ text: Span<UInt8>, _ other: String) -> Bool { equal(text, other.utf8.span) }

  /// The first place of a byte at or after `start`; the end when there is none.
  static func index(of byte: UInt8, in text: Span<UInt8>, from start: Int = 0) -> Int {
    var index = start
    while index < text.count, text[index] != byte { index += 1 }
    return index
  }

  static func bytes(_ text: Span<UInt8>) -> [UInt8] { [UInt8](copying: text) }

  /// For bytes that are known to be ASCII; empty for what isn't UTF-8.
  static func string(_ text: Span<UInt8>) -> String {
    do {
      return String(copying: try UTF8Span(validating: text))
    } catch {
      return ""
    }
  }
}
