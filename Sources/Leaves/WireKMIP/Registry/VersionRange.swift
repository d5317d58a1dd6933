/// The versions that have a tag or a value.
struct VersionRange: Hashable, Sendable {
  let first: KMIPVersion
  /// Nil while it hasn't been taken away.
  let last: KMIPVersion?

  init() {
    first = .v1_0
    last = nil
  }

  /// From `1.0` or `1.0-1.4`.
  init(_ text: Substring.UTF8View) {
    let ends = text.split(separator: UInt8(ascii: "-")).map(VersionRange.version)
    first = ends.first ?? .v1_0
    last = ends.count > 1 ? ends[1] : nil
  }

  func contains(_ version: KMIPVersion) -> Bool {
    guard let last else { return version >= first }
    return version >= first && version <= last
  }

  private static func version(_ text: Substring.UTF8View) -> KMIPVersion {
    let numbers = text.split(separator: UInt8(ascii: ".")).compactMap { Int32(Substring($0)) }
    return numbers.count == 2 ? KMIPVersion(major: numbers[0], minor: numbers[1]) : .v1_0
  }
}
