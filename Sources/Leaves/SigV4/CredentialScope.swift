import KMSBytes

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
    guard CredentialScope.isName(region.utf8.span), CredentialScope.isName(service.utf8.span) else {
      return nil
    }
    date = day.date
    self.region = region
    self.service = service
  }

  init(validDate: Span<UInt8>, validRegion: Span<UInt8>, validService: Span<UInt8>) {
    date = Ascii.string(validDate)
    region = Ascii.string(validRegion)
    service = Ascii.string(validService)
  }

  static func isName(_ text: Span<UInt8>) -> Bool {
    guard !text.isEmpty, text.count <= Limits.scopeName else { return false }
    for index in text.indices {
      let byte = text[index]
      guard Ascii.isLower(byte) || Ascii.isDigit(byte) || byte == UInt8(ascii: "-") else { return false }
    }
    return true
  }

  func append(to output: inout [UInt8]) {
    output.append(text: date)
    output.append(UInt8(ascii: "/"))
    output.append(text: region)
    output.append(UInt8(ascii: "/"))
    output.append(text: service)
    output.append(UInt8(ascii: "/"))
    output.append(text: CredentialScope.terminator)
  }
}
