/// A number as policies write it: digits, maybe a sign and a fraction. Exact.
package struct Decimal: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral {
  private static let fractionDigits = 12
  private static let most = 36

  /// In units of 10⁻¹².
  private let units: Int128

  package init(integerLiteral value: Int64) { units = Int128(value) * 1_000_000_000_000 }

  /// - Returns: nil for anything else, and for more than 24 digits before the point or 12 behind it.
  package init?(_ text: String) {
    var digits = text.utf8[...]
    var sign: Int128 = 1
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      digits.removeFirst()
      sign = first == UInt8(ascii: "-") ? -1 : 1
    }
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let whole = parts.first, parts.count <= 2 else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""[...].utf8
    guard !whole.isEmpty, parts.count == 1 || !fraction.isEmpty,
      whole.count <= Decimal.most - Decimal.fractionDigits, fraction.count <= Decimal.fractionDigits
    else { return nil }
    var units: Int128 = 0
    for byte in Array(whole) + Array(fraction) {
      guard (0x30...0x39).contains(byte) else { return nil }
      units = units * 10 + Int128(byte - 0x30)  // at most 36 digits, which fit
    }
    for _ in fraction.count..<Decimal.fractionDigits { units *= 10 }
    self.units = sign * units
  }

  package static func < (one: Decimal, other: Decimal) -> Bool { one.units < other.units }
}
