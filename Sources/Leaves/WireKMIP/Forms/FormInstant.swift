/// Points in time as ISO 8601 spells them, in the calendar's proleptic Gregorian years 1 to 9999.
enum FormInstant {
  private static let secondsPerDay: Int64 = 86_400
  /// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970.
  private static let years: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// Microseconds since 1970 of `2024-02-29T10:00:00+01:00`, with or without a fraction and a zone. Without a zone the time is
  /// UTC; digits beyond microseconds are dropped.
  static func microseconds(_ text: Span<UInt8>) -> Int64? {
    guard text.count >= 19, isLaidOut(text), let year = number(text, 0, 4), let month = number(text, 5, 2),
      let day = number(text, 8, 2), let hour = number(text, 11, 2), let minute = number(text, 14, 2),
      let second = number(text, 17, 2), year >= 1, (1...12).contains(month), day >= 1,
      day <= days(in: month, of: year), hour < 24, minute < 60, second < 60
    else { return nil }
    var at = 19
    guard let fraction = fraction(text, &at), let offset = zone(text, at) else { return nil }
    let seconds =
      days(year, month, day) * secondsPerDay + hour * 3600 + minute * 60 + second - offset
    return seconds * 1_000_000 + fraction
  }

  private static func isLaidOut(_ text: Span<UInt8>) -> Bool {
    text[4] == UInt8(ascii: "-") && text[7] == UInt8(ascii: "-") && text[10] | 0x20 == UInt8(ascii: "t")
      && text[13] == UInt8(ascii: ":") && text[16] == UInt8(ascii: ":")
  }

  private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int64? {
    guard start + count <= text.count, text[start] != UInt8(ascii: "-") else { return nil }
    return FormNumber.decimal(text.extracting(start..<start + count))
  }

  /// Microseconds; `at` moves behind the digits.
  private static func fraction(_ text: Span<UInt8>, _ at: inout Int) -> Int64? {
    guard at < text.count, text[at] == UInt8(ascii: ".") else { return 0 }
    at += 1
    let start = at
    var value: Int64 = 0
    while at < text.count, text[at] &- 0x30 < 10 {
      if at - start < 6 { value = value * 10 + Int64(text[at] - 0x30) }
      at += 1
    }
    guard at > start else { return nil }
    for _ in 0..<max(0, 6 - (at - start)) { value *= 10 }
    return value
  }

  /// Seconds east of UTC, of what must be the rest of the text: nothing, `Z`, `+01:00` or `+0100`.
  private static func zone(_ text: Span<UInt8>, _ at: Int) -> Int64? {
    guard at < text.count else { return 0 }
    if text[at] | 0x20 == UInt8(ascii: "z") { return text.count == at + 1 ? 0 : nil }
    guard text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") else { return nil }
    let hasColon = at + 3 < text.count && text[at + 3] == UInt8(ascii: ":")
    guard text.count == at + (hasColon ? 6 : 5), let hours = number(text, at + 1, 2),
      let minutes = number(text, at + (hasColon ? 4 : 3), 2), hours < 24, minutes < 60
    else { return nil }
    return (text[at] == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// `2024-02-29T09:00:00+00:00`; false, and nothing written, for years beyond four digits.
  static func append(seconds: Int64, microseconds: Int64? = nil, to output: inout [UInt8]) -> Bool {
    guard years.contains(seconds) else { return false }
    let day = floorDivide(seconds, secondsPerDay)
    let second = seconds - day * secondsPerDay
    let date = date(day)
    let fields: [(Int64, Int, UInt8)] = [
      (date.year, 4, UInt8(ascii: "-")), (date.month, 2, UInt8(ascii: "-")), (date.day, 2, UInt8(ascii: "T")),
      (second / 3600, 2, UInt8(ascii: ":")), (second / 60 % 60, 2, UInt8(ascii: ":")), (second % 60, 2, 0),
    ]
    for (value, digits, mark) in fields {
      append(value, digits, to: &output)
      if mark != 0 { output.append(mark) }
    }
    if let microseconds {
      output.append(UInt8(ascii: "."))
      append(microseconds, 6, to: &output)
    }
    output.append(contentsOf: "+00:00".utf8)
    return true
  }

  /// The same with six decimals.
  static func append(microseconds: Int64, to output: inout [UInt8]) -> Bool {
    let seconds = floorDivide(microseconds, 1_000_000)
    return append(seconds: seconds, microseconds: microseconds - seconds * 1_000_000, to: &output)
  }

  private static func append(_ value: Int64, _ digits: Int, to output: inout [UInt8]) {
    let text = String(value).utf8
    for _ in 0..<max(0, digits - text.count) { output.append(0x30) }
    output.append(contentsOf: text)
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }

  private static func isLeap(_ year: Int64) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Since 1970. Counted in years that begin in March and eras of 400 of them, so that leap days come last.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
