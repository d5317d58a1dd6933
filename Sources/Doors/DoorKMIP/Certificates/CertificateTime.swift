import SwiftASN1

/// Moments in certificates (RFC 5280 section 4.1.2.5).
enum CertificateTime {
  /// Since 1970.
  static func seconds(_ node: ASN1Node) throws -> Int64 {
    if node.identifier == .utcTime {
      let time = try UTCTime(derEncoded: node)
      return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }
    let time = try GeneralizedTime(derEncoded: node)
    return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
  }

  private static func seconds(
    _ year: Int, _ month: Int, _ day: Int, _ hours: Int, _ minutes: Int, _ seconds: Int
  ) -> Int64 {
    Int64(((days(year, month, day) * 24 + hours) * 60 + minutes) * 60 + seconds)
  }

  /// From 1 January 1970 on, in the Gregorian calendar: years begin in March, so that the leap day comes last.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension CertificateTime {
  /// Writes a moment as RFC 5280 wants it: UTCTime until 2049, then GeneralizedTime.
  /// - Parameter seconds: since 1970.
  static func write(_ seconds: Int64, into coder: inout DER.Serializer) throws {
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    let rest = Int(seconds) - days * 86_400
    let (year, month, day) = date(days)
    let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60)
    if (1950..<2050).contains(year) {
      try coder.serialize(
        try UTCTime(year: year, month: month, day: day, hours: hours, minutes: minutes, seconds: seconds))
    } else {
      try coder.serialize(
        try GeneralizedTime(
          year: year, month: month, day: day, hours: hours, minutes: minutes, seconds: seconds,
          fractionalSeconds: 0))
    }
  }

  /// The reverse of `days`.
  private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
