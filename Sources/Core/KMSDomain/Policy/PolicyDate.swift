// Moments as policies write them: the profile of ISO 8601 that the W3C describes (note NOTE-datetime), or seconds since the
// Unix epoch.
extension Instant {
  /// `2030`, `2030-01`, `2030-01-31`, `2030-01-31T23:59Z`, with seconds, a fraction and an offset (`+01:00`) as wished; or a
  /// number of seconds. Four digits alone are a year. What a fraction has beyond milliseconds is dropped.
  package init?(policyDate text: String) {
    let text = text.utf8
    let isYear = text.count == 4 && text.allSatisfy { (0x30...0x39).contains($0) }
    if !isYear, let seconds = Instant.seconds(text) {
      self.init(milliseconds: seconds)
      return
    }
    var reader = DateReader(text[...])
    guard let milliseconds = reader.moment() else { return nil }
    self.init(milliseconds: milliseconds)
  }

  /// `2030-01-31T23:59:00Z`.
  package var policyDate: String {
    let seconds = milliseconds.flooredQuotient(1000)
    let days = seconds.flooredQuotient(86_400)
    let date = CivilDate(daysSinceEpoch: days)
    let rest = seconds - days * 86_400
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
      + "T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
  }

  /// Milliseconds; nil unless the text is a number.
  private static func seconds(_ text: String.UTF8View) -> Int64? {
    let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole.first != UInt8(ascii: "+"), let seconds = Int64(Substring(whole))
    else { return nil }
    var milliseconds: Int64 = 0
    if parts.count == 2 {
      guard let fraction = DateReader.milliseconds(parts[1]) else { return nil }
      milliseconds = fraction
    }
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflow else { return nil }
    let isNegative = whole.first == UInt8(ascii: "-")
    return isNegative ? product &- milliseconds : product &+ milliseconds
  }
}

/// Reads the parts of a date one after the other.
private struct DateReader {
  private var rest: Substring.UTF8View

  init(_ text: Substring.UTF8View) { rest = text }

  mutating func moment() -> Int64? {
    guard let year = number(4) else { return nil }
    var month: Int64 = 1
    var day: Int64 = 1
    if take("-") {
      guard let found = number(2) else { return nil }
      month = found
      if take("-") {
        guard let found = number(2) else { return nil }
        day = found
      }
    }
    guard let days = CivilDate(year: year, month: month, day: day)?.daysSinceEpoch else { return nil }
    var milliseconds = days * 86_400_000
    if take("T") || take("t") {
      guard let time = time() else { return nil }
      milliseconds += time
    }
    return rest.isEmpty ? milliseconds : nil
  }

  private mutating func time() -> Int64? {
    guard let hour = number(2), hour < 24, take(":"), let minute = number(2), minute < 60 else { return nil }
    var milliseconds = (hour * 60 + minute) * 60_000
    if take(":") {
      // A leap second counts as the one before.
      guard let second = number(2), second <= 60 else { return nil }
      milliseconds += min(second, 59) * 1000
      if take(".") {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard let fraction = DateReader.milliseconds(digits) else { return nil }
        milliseconds += fraction
        rest = rest.dropFirst(digits.count)
      }
    }
    return offset().map { milliseconds - $0 }
  }

  private mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hour = number(2), hour < 24 else { return nil }
    _ = take(":")
    guard let minute = number(2), minute < 60 else { return nil }
    return sign * (hour * 60 + minute) * 60_000
  }

  static func milliseconds(_ digits: Substring.UTF8View) -> Int64? {
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    var result: Int64 = 0
    for index in 0..<3 {
      result = result * 10 + (digits.dropFirst(index).first.map { Int64($0) - 0x30 } ?? 0)
    }
    return result
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func number(_ digits: Int) -> Int64? {
    let text = rest.prefix(digits)
    guard text.count == digits, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(digits)
    return text.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }
}

/// A day of the Gregorian calendar, also before there was one. After Howard Hinnant, "chrono-compatible low-level date
/// algorithms" (2013): years begin in March, so that the leap day is the last.
private struct CivilDate {
  let year: Int64
  let month: Int64
  let day: Int64

  /// - Returns: nil for a day that isn't in the calendar.
  init?(year: Int64, month: Int64, day: Int64) {
    guard (1...12).contains(month), day >= 1 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let longest: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= longest[Int(month - 1)] else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  init(daysSinceEpoch: Int64) {
    let days = daysSinceEpoch + 719_468
    let era = days.flooredQuotient(146_097)
    let ofEra = days - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * ofYear + 2) / 153
    day = ofYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var daysSinceEpoch: Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.flooredQuotient(400)
    let yearOfEra = shiftedYear - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
  }
}

extension Int64 {
  /// Rounded down, also below zero. The divisor is positive.
  fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
