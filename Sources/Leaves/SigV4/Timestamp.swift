/// A second of the proleptic Gregorian calendar in UTC, from the year 1970 to the year 9999.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Since the Unix epoch.
  package let seconds: Int64

  /// Clamps to the years that the text form has room for.
  package init(seconds: Int64) { self.seconds = min(max(seconds, 0), 253_402_300_799) }

  package init(milliseconds: Int64) {
    self.init(seconds: milliseconds >= 0 ? milliseconds / 1000 : 0)
  }

  /// Reads `20150830T123600Z`; nil for any other form and for days that don't exist. Leap seconds are refused.
  package init?(basic text: Span<UInt8>) {
    guard text.count == 16, text[8] == UInt8(ascii: "T"), text[15] == UInt8(ascii: "Z") else { return nil }
    guard let year = Timestamp.number(text, 0..<4), let month = Timestamp.number(text, 4..<6),
      let day = Timestamp.number(text, 6..<8), let hour = Timestamp.number(text, 9..<11),
      let minute = Timestamp.number(text, 11..<13), let second = Timestamp.number(text, 13..<15)
    else { return nil }
    self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
  }

  /// Reads the date of HTTP, `Sun, 30 Aug 2015 12:36:00 GMT`, in the one form that may be sent (RFC 9110 section 5.6.7).
  package init?(httpDate text: Span<UInt8>) {
    guard text.count == 29, let month = Timestamp.months.firstIndex(of: Ascii.bytes(text.extracting(8..<11))),
      let day = Timestamp.number(text, 5..<7), let year = Timestamp.number(text, 12..<16),
      let hour = Timestamp.number(text, 17..<19), let minute = Timestamp.number(text, 20..<22),
      let second = Timestamp.number(text, 23..<25)
    else { return nil }
    self.init(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    // Whatever stands between the numbers is right exactly when writing the moment gives the same text.
    guard Ascii.equal(text, httpDate.span) else { return nil }
  }

  /// `20150830T123600Z`.
  package var text: String {
    var output: [UInt8] = []
    append(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// `2015-08-30T12:36:00Z` (ISO 8601, extended form).
  package var extendedText: String {
    var output: [UInt8] = []
    for (place, byte) in text.utf8.enumerated() {
      if place == 4 || place == 6 { output.append(UInt8(ascii: "-")) }
      if place == 11 || place == 13 { output.append(UInt8(ascii: ":")) }
      output.append(byte)
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether the text is this day's, `20150830`.
  func isOnDay(_ text: Span<UInt8>) -> Bool {
    guard text.count == 8, let number = Timestamp.number(text, 0..<8) else { return false }
    let (year, month, day) = civil
    return number == (year * 100 + month) * 100 + day
  }

  /// `20150830`.
  package var date: String {
    var output: [UInt8] = []
    output.reserveCapacity(8)
    appendDate(to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  package func advanced(by seconds: Int64) -> Timestamp {
    let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
    return Timestamp(seconds: overflow ? .max : sum)
  }

  package static func < (one: Timestamp, other: Timestamp) -> Bool { one.seconds < other.seconds }

  func append(to output: inout [UInt8]) {
    appendDate(to: &output)
    output.append(UInt8(ascii: "T"))
    Timestamp.append(timeOfDay / 3600, to: &output)
    Timestamp.append(timeOfDay / 60 % 60, to: &output)
    Timestamp.append(timeOfDay % 60, to: &output)
    output.append(UInt8(ascii: "Z"))
  }
}

// Days and dates: the algorithm of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Years begin in March,
// so that the leap day is a year's last; 719,468 days lie between 1 March of year 0 and the Unix epoch.
extension Timestamp {
  private init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    guard year >= 1970, (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
    let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    guard (1...length).contains(day) else { return nil }
    let marchYear = month > 2 ? year : year - 1
    let era = marchYear / 400
    let yearOfEra = marchYear % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    self.init(seconds: Int64(((days * 24 + hour) * 60 + minute) * 60 + second))
  }

  private var timeOfDay: Int { Int(seconds % 86_400) }

  private var civil: (year: Int, month: Int, day: Int) {
    let days = Int(seconds / 86_400) + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
  }

  private func appendDate(to output: inout [UInt8]) {
    let (year, month, day) = civil
    Timestamp.append(year / 100, to: &output)
    Timestamp.append(year % 100, to: &output)
    Timestamp.append(month, to: &output)
    Timestamp.append(day, to: &output)
  }

  private var httpDate: [UInt8] {
    let (year, month, day) = civil
    // 1 January 1970 was a Thursday.
    var output = Timestamp.weekdays[Int(seconds / 86_400 + 4) % 7]
    output.append(contentsOf: ", ".utf8)
    Timestamp.append(day, to: &output)
    output.append(UInt8(ascii: " "))
    output.append(contentsOf: Timestamp.months[month - 1])
    output.append(UInt8(ascii: " "))
    Timestamp.append(year / 100, to: &output)
    Timestamp.append(year % 100, to: &output)
    output.append(UInt8(ascii: " "))
    Timestamp.append(timeOfDay / 3600, to: &output)
    output.append(UInt8(ascii: ":"))
    Timestamp.append(timeOfDay / 60 % 60, to: &output)
    output.append(UInt8(ascii: ":"))
    Timestamp.append(timeOfDay % 60, to: &output)
    output.append(contentsOf: " GMT".utf8)
    return output
  }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].map { Array($0.utf8) }
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ].map { Array($0.utf8) }

  /// Two digits.
  private static func append(_ number: Int, to output: inout [UInt8]) {
    output.append(UInt8(truncatingIfNeeded: number / 10 + 0x30))
    output.append(UInt8(truncatingIfNeeded: number % 10 + 0x30))
  }

  /// At most eight characters, all of them digits.
  private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var result = 0
    for index in range {
      guard Ascii.isDigit(text[index]) else { return nil }
      result = result * 10 + Int(text[index] &- 0x30)
    }
    return result
  }
}
