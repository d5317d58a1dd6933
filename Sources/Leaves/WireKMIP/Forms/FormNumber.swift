/// Whole numbers as XML and JSON spell them.
enum FormNumber {
  /// An optional minus and digits; nil for anything else and for what doesn't fit.
  static func decimal(_ text: Span<UInt8>) -> Int64? {
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    guard text.count > first else { return nil }
    var value: Int64 = 0
    for index in first..<text.count {
      let digit = text[index] &- 0x30
      guard digit < 10 else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isToo) =
        isNegative
        ? product.subtractingReportingOverflow(Int64(digit)) : product.addingReportingOverflow(Int64(digit))
      guard !isTooLarge, !isToo else { return nil }
      value = sum
    }
    return value
  }

  /// `0x` and up to that many hex digits.
  static func hex(_ text: Span<UInt8>, digits: Int) -> UInt64? {
    guard isHex(text), text.count <= digits + 2 else { return nil }
    var value: UInt64 = 0
    for index in 2..<text.count {
      guard let nibble = nibble(text[index]) else { return nil }
      value = value << 4 | UInt64(nibble)
    }
    return value
  }

  /// Whether it begins as a hex number does.
  static func isHex(_ text: Span<UInt8>) -> Bool {
    text.count > 2 && text[0] == UInt8(ascii: "0") && text[1] == UInt8(ascii: "x")
  }

  static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x41...0x46: digit - 0x41 + 10
    case 0x61...0x66: digit - 0x61 + 10
    default: nil
    }
  }

  /// `0x` and exactly that many digits in lower case.
  static func appendHex(_ value: UInt64, digits: Int, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "0"))
    output.append(UInt8(ascii: "x"))
    for place in 0..<digits {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(4 * (digits - 1 - place))) & 15
      output.append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
    }
  }
}
