/// A version of the vaults' protocol, as clients name it. One code path serves all of them: a version only decides whether fields are
/// shown that it doesn't have yet.
package struct APIVersion: Comparable, Sendable {
  /// Grows with time: those called 7.x came between the dates.
  private let rank: Int

  package static let v2016 = APIVersion(rank: 0)
  package static let v7_0 = APIVersion(rank: 7_000)
  package static let v7_6 = APIVersion(rank: 7_006)
  package static let v2025_07 = APIVersion(rank: 2025_07_01)
  package static let v2026_01 = APIVersion(rank: 2026_01_01)
  package static let v2026_04 = APIVersion(rank: 2026_04_01)
  package static let newest = v2026_04

  /// Characters of its name.
  static let longest = 32

  private init(rank: Int) { self.rank = rank }

  /// A date or 7.x, maybe a preview. One that is newer than all that are known is the newest.
  /// - Returns: nil for what never was a version.
  package init?(_ text: String) {
    guard text.utf8.count <= APIVersion.longest else { return nil }
    let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
    guard let first = parts.first else { return nil }
    if first.utf8.starts(with: "7.".utf8) {
      guard let minor = UInt8(first.dropFirst(2)), APIVersion.isPreview(parts.dropFirst()) else { return nil }
      self.init(rank: 7_000 + Int(minor))
      return
    }
    guard parts.count >= 3, APIVersion.isPreview(parts.dropFirst(3)),
      let date = APIVersion.date(parts.prefix(3))
    else { return nil }
    switch date {
    case 2015_06_01, 2016_10_01: self = .v2016
    case 2025_01_01...: self.init(rank: min(date, APIVersion.newest.rank))
    default: return nil
    }
  }

  private static func isPreview(_ rest: ArraySlice<Substring>) -> Bool {
    guard let word = rest.first else { return true }
    return rest.count == 1 && word.utf8.starts(with: "preview".utf8)
  }

  private static func date(_ parts: ArraySlice<Substring>) -> Int? {
    let digits = Array(parts)
    guard digits.map(\.utf8.count) == [4, 2, 2], let year = UInt16(digits[0]), let month = UInt8(digits[1]),
      let day = UInt8(digits[2]), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return Int(year) * 10_000 + Int(month) * 100 + Int(day)
  }

  package static func < (one: APIVersion, other: APIVersion) -> Bool { one.rank < other.rank }
}
