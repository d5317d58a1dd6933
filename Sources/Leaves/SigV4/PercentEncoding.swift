/// Percent-encoding (RFC 3986 section 2) in the one form that signatures use: everything but `A-Z a-z 0-9 - _ . ~`,
/// with capital hex digits.
package enum PercentEncoding {
  static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in bytes {
      if isUnreserved(byte) {
        output.append(byte)
      } else {
        output.append(UInt8(ascii: "%"))
        output.append(digit(byte >> 4))
        output.append(digit(byte & 15))
      }
    }
  }

  package static func encoded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    append(bytes, to: &output)
    return output
  }

  /// The bytes that the text stands for; nil when a percent sign isn't followed by two hex digits. A plus stands for
  /// itself: forms are not signed.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      guard byte == UInt8(ascii: "%") else {
        output.append(byte)
        continue
      }
      guard text.endIndex - index >= 2, let high = value(text[index]), let low = value(text[index + 1]) else {
        return nil
      }
      output.append(high << 4 | low)
      index += 2
    }
    return output
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    Ascii.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x37
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}
