import KMSDomain

/// Writes moments as "2026-01-01T00:00:00.000Z" (RFC 3339, UTC, milliseconds) and remembers the last second,
/// because the records of one batch share it.
struct AuditTime {
  private var second = Int64.min
  /// Up to and including the point before the milliseconds.
  private var prefix: [UInt8] = []

  mutating func append(_ time: Instant, to output: inout [UInt8]) {
    let (whole, rest) = AuditTime.floored(time.milliseconds, by: 1000)
    if whole != second || prefix.isEmpty {
      second = whole
      prefix = AuditTime.prefix(whole)
    }
    output.append(contentsOf: prefix)
    AuditTime.append(rest, digits: 3, to: &output)
    output.append(UInt8(ascii: "Z"))
  }

  private static func prefix(_ seconds: Int64) -> [UInt8] {
    let (days, inDay) = floored(seconds, by: 86_400)
    let (year, month, day) = civil(days)
    var text: [UInt8] = []
    append(year, digits: 4, to: &text)
    text.append(UInt8(ascii: "-"))
    append(month, digits: 2, to: &text)
    text.append(UInt8(ascii: "-"))
    append(day, digits: 2, to: &text)
    text.append(UInt8(ascii: "T"))
    append(inDay / 3600, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    append(inDay / 60 % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: ":"))
    append(inDay % 60, digits: 2, to: &text)
    text.append(UInt8(ascii: "."))
    return text
  }

  /// The proleptic Gregorian date of a day since 1970-01-01. Years begin in March here, so that the leap day
  /// comes last: then months have the lengths of (153 m + 2) / 5.
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// Quotient rounded down and a remainder that isn't negative.
  private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }

  /// Decimal, padded with zeros; more digits where the number needs them.
  private static func append(_ number: Int64, digits: Int, to output: inout [UInt8]) {
    guard number >= 0 else {
      output.append(UInt8(ascii: "-"))
      output.append(contentsOf: String(number.magnitude).utf8)
      return
    }
    var unit: Int64 = digits == 4 ? 1000 : digits == 3 ? 100 : 10
    if number >= unit * 10 {
      output.append(contentsOf: String(number).utf8)
      return
    }
    while unit > 0 {
      output.append(UInt8(truncatingIfNeeded: 0x30 + number / unit % 10))
      unit /= 10
    }
  }
}
