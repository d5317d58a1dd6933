import KMSBytes

/// Writes JSON into one growing array of bytes. It trusts its caller about structure (begin and end in pairs, names only in
/// objects) and takes care of commas and escapes.
package struct JSONWriter {
  package private(set) var bytes: [UInt8]
  private var needsComma = false

  package init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The name of the member whose value comes next.
  package mutating func name(_ name: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(text: name)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A name that came from outside.
  package mutating func name(escaping name: String) {
    value(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func value(_ text: String) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    appendEscaped(text)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  package mutating func value(_ flag: Bool) { raw(flag ? "true" : "false") }
  package mutating func null() { raw("null") }

  package mutating func value(_ number: some FixedWidthInteger) {
    comma()
    JSONWriter.append(number, to: &bytes)
    needsComma = true
  }

  /// A value that is JSON already.
  package mutating func value(written text: [UInt8]) {
    comma()
    bytes.append(contentsOf: text)
    needsComma = true
  }

  /// A text that is UTF-8 already: it is in no string on its way.
  package mutating func value(utf8 text: Span<UInt8>) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(addingCapacity: text.count) { (room: inout OutputSpan<UInt8>) in
      for index in text.indices { room.append(text[index]) }
    }
    JSONWriter.escape(from: start, in: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Milliseconds as seconds with three decimals, the form of AWS timestamps.
  package mutating func seconds(milliseconds: Int64) {
    comma()
    let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if milliseconds < 0, whole == 0 { bytes.append(UInt8(ascii: "-")) }
    JSONWriter.append(whole, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    let fraction = Int(rest.magnitude)
    for digit in [fraction / 100, fraction / 10 % 10, fraction % 10] {
      bytes.append(UInt8(truncatingIfNeeded: 0x30 + digit))
    }
    needsComma = true
  }

  /// The bytes in base 64 as a string.
  package mutating func base64(_ data: Span<UInt8>) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    Base64.append(data, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// The bytes in base 64 for URLs, without padding, as a string.
  package mutating func base64URL(_ data: Span<UInt8>) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    Base64.appendURL(data, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    needsComma = true
  }

  package mutating func member(_ name: String, _ text: String) {
    self.name(name)
    value(text)
  }

  package mutating func member(_ name: String, _ flag: Bool) {
    self.name(name)
    value(flag)
  }

  package mutating func member(_ name: String, _ number: some FixedWidthInteger) {
    self.name(name)
    value(number)
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func open(_ bracket: UInt8) {
    comma()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  private mutating func raw(_ word: String) {
    comma()
    bytes.append(contentsOf: word.utf8)
    needsComma = true
  }

  private mutating func appendEscaped(_ text: String) { JSONWriter.append(escaping: text, to: &bytes) }

  /// What stands between the quotes of a string: for callers who write their own structure.
  package static func append(escaping text: String, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(text: text)
    escape(from: start, in: &bytes)
  }

  private static func escape(from start: Int, in bytes: inout [UInt8]) {
    guard hasEscapes(bytes.span.extracting(start...)) else { return }
    let tail = Array(bytes[start...])
    bytes.removeLast(tail.count)
    escape(tail, to: &bytes)
  }

  /// Looks at every byte without branching, so that the compiler can look at many at once.
  private static func hasEscapes(_ text: Span<UInt8>) -> Bool {
    var marks: UInt8 = 0
    for index in text.indices { marks |= mark(text[index]) }
    return marks >= 0x80
  }

  private static func needsEscape(_ byte: UInt8) -> Bool { mark(byte) >= 0x80 }

  /// The highest bit is set for control characters, DEL, the quote and the backslash: `(b - 0x20) & ~b` has it for
  /// b < 0x20, and `(x - 1) & ~x` for x = 0.
  private static func mark(_ byte: UInt8) -> UInt8 {
    let quote = byte ^ UInt8(ascii: "\"")
    let backslash = byte ^ UInt8(ascii: "\\")
    let delete = byte ^ 0x7f
    return (byte &- 0x20) & ~byte | (quote &- 1) & ~quote | (backslash &- 1) & ~backslash | (delete &- 1)
      & ~delete
  }

  private static func escape(_ tail: [UInt8], to bytes: inout [UInt8]) {
    for byte in tail {
      guard needsEscape(byte) else {
        bytes.append(byte)
        continue
      }
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
      case 0x0a: bytes.append(UInt8(ascii: "n"))
      case 0x0d: bytes.append(UInt8(ascii: "r"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      default:
        bytes.append(contentsOf: "u00".utf8)
        Hex.append([byte].span, to: &bytes)
      }
    }
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(number).utf8)
  }
}
