/// A number as policies write it: digits, maybe a sign, a fraction and a power of ten. Exact.
package struct Decimal: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral {
  private static let fractionDigits = 12
  private static let wholeDigits = 24

  /// In units of 10⁻¹²: at most 36 digits, which fit.
  private let units: Int128

  package init(integerLiteral value: Int64) { units = Int128(value) * 1_000_000_000_000 }

  /// - Returns: nil for anything else, and for what has more than 24 digits before the point or 12 behind it.
  package init?(_ text: String) {
    let parts = text.utf8.split(
      maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: { $0 | 0x20 == UInt8(ascii: "e") })
    guard let mantissa = parts.first else { return nil }
    var power = 0
    if parts.count == 2 {
      guard let found = Decimal.power(parts[1]) else { return nil }
      power = found
    }
    guard let units = Decimal.units(mantissa, power: power) else { return nil }
    self.units = units
  }

  private static func power(_ text: Substring.UTF8View) -> Int? {
    guard (1...3).contains(text.count), let power = Int(Substring(text)), abs(power) <= wholeDigits else {
      return nil
    }
    return power
  }

  private static func units(_ text: Substring.UTF8View, power: Int) -> Int128? {
    var digits = text
    var sign: Int128 = 1
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      digits.removeFirst()
      sign = first == UInt8(ascii: "-") ? -1 : 1
    }
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
      return nil
    }
    let fraction = parts.count == 2 ? parts[1].count : 0
    guard digits.count <= 2 * wholeDigits else { return nil }
    let zeros = fractionDigits - fraction + power
    let all = (Array(parts.joined()) + [UInt8](repeating: 0x30, count: max(0, zeros)))
    // What would be beyond the last place must be nothing.
    let dropped = max(0, -zeros)
    guard dropped <= all.count, all.suffix(dropped).allSatisfy({ $0 == 0x30 }) else { return nil }
    let significant = all.dropLast(dropped).drop { $0 == 0x30 }
    guard significant.count <= wholeDigits + fractionDigits else { return nil }
    return sign * significant.reduce(0) { $0 * 10 + Int128($1 - 0x30) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  package static func < (one: Decimal, other: Decimal) -> Bool { one.units < other.units }
}
