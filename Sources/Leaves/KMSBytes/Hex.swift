/// Base 16 in lower case (RFC 4648 section 8).
package enum Hex {
  package static func string(_ bytes: Span<UInt8>) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 2)
    append(bytes, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  package static func string(_ bytes: [UInt8]) -> String { string(bytes.span) }

  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    output.append(addingCapacity: 2 * bytes.count) { (room: inout OutputSpan<UInt8>) in
      for index in bytes.indices {
        room.append(digit(bytes[index] >> 4))
        room.append(digit(bytes[index] & 15))
      }
    }
  }

  /// Two digits.
  package static func append(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(digit(byte >> 4))
    output.append(digit(byte & 15))
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

  /// The bytes of an even number of hex digits in either case; nil for anything else.
  package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 2)
    var high: UInt8?
    for digit in text {
      guard let value = value(of: digit) else { return nil }
      if let first = high {
        result.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return result
  }

  package static func bytes(_ text: String) -> [UInt8]? { bytes(text.utf8) }

  /// Decodes into memory of exactly half as many bytes as there are digits; false when the text is malformed.
  package static func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Bool {
    guard text.count == 2 * output.count else { return false }
    for index in output.indices {
      guard let high = value(of: text[2 * index]), let low = value(of: text[2 * index + 1]) else {
        return false
      }
      output[index] = high << 4 | low
    }
    return true
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x61 + 10
    case 0x41...0x46: digit - 0x41 + 10
    default: nil
    }
  }
}
