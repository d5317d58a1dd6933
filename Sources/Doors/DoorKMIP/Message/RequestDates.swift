import WireKMIP

/// The dates that clients may give: those of years of four digits, which is what XML and JSON can say (KMIP Profiles 2.1
/// section 5.4.1.5). TTLV's 64 bits go on for billions of years, where no calendar does.
enum RequestDates {
  /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, in seconds since 1970.
  static let years: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

  /// - Parameter payload: looked through on all levels, whatever the dates in it mean.
  /// - Throws: `invalidField`.
  static func check(_ payload: TTLVItem) throws(KMIPFault) {
    for child in payload.children {
      switch child.type {
      case .structure: try check(child)
      case .dateTime: try check(seconds: child.dateTime)
      case .dateTimeExtended: try check(seconds: child.dateTimeExtended.map { $0 / 1_000_000 })
      case .integer, .longInteger, .bigInteger, .enumeration, .boolean, .textString, .byteString, .interval:
        break
      }
    }
  }

  private static func check(seconds: Int64?) throws(KMIPFault) {
    guard let seconds, years.contains(seconds) else {
      throw KMIPFault(.invalidField, "A date isn't in the years 1 to 9999.")
    }
  }
}
