/// The day, Region and service that a signature is good for: safe to use as names and as keys of caches.
package struct CredentialScope: Sendable, Hashable {
  /// Eight digits, year first.
  package let date: String
  /// 1 to 32 of `a-z 0-9 -`.
  package let region: String
  /// 1 to 32 of `a-z 0-9 -`.
  package let service: String

  static let terminator = "aws4_request"

  /// - Returns: nil unless Region and service are well formed.
  package init?(day: Timestamp, region: String, service: String) {
    let region = Array(region.utf8)
    let service = Array(service.utf8)
    guard CredentialScope.isName(region[...]), CredentialScope.isName(service[...]) else { return nil }
    self.init(day: day, validRegion: region[...], validService: service[...])
  }

  init(day: Timestamp, validRegion: ArraySlice<UInt8>, validService: ArraySlice<UInt8>) {
    date = day.date
    region = String(decoding: validRegion, as: UTF8.self)
    service = String(decoding: validService, as: UTF8.self)
  }

  static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    guard !text.isEmpty, text.count <= Limits.scopeName else { return false }
    return text.allSatisfy { Ascii.isLower($0) || Ascii.isDigit($0) || $0 == UInt8(ascii: "-") }
  }

  func append(to output: inout [UInt8]) {
    output.append(contentsOf: date.utf8)
    output.append(UInt8(ascii: "/"))
    output.append(contentsOf: region.utf8)
    output.append(UInt8(ascii: "/"))
    output.append(contentsOf: service.utf8)
    output.append(UInt8(ascii: "/"))
    output.append(contentsOf: CredentialScope.terminator.utf8)
  }
}
