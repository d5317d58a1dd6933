/// What a certificate is known by: the SHA-256 of its DER form. Nothing that stands in a certificate can change it.
package struct CertificateFingerprint: Hashable, Sendable {
  /// In bytes.
  package static let length = 32

  // Not a SIMD vector, which would want memory aligned as asynchronous code doesn't give it.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64

  /// - Returns: nil for any other number of bytes than `length`.
  package init?(_ bytes: Span<UInt8>) {
    guard bytes.count == CertificateFingerprint.length else { return nil }
    func word(at start: Int) -> UInt64 {
      var word: UInt64 = 0
      for index in start..<start + 8 { word = word << 8 | UInt64(bytes[index]) }
      return word
    }
    first = word(at: 0)
    second = word(at: 8)
    third = word(at: 16)
    fourth = word(at: 24)
  }

  package init?(_ bytes: [UInt8]) { self.init(bytes.span) }

  /// 64 hex digits in either case; colons between bytes, as other programs write them, are left out.
  package init?(text: String) {
    guard text.utf8.count <= 3 * CertificateFingerprint.length,
      let bytes = Hex.bytes(text.utf8.filter { $0 != UInt8(ascii: ":") })
    else { return nil }
    self.init(bytes)
  }

  package var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(CertificateFingerprint.length)
    for word in [first, second, third, fourth] {
      for shift in stride(from: 56, through: 0, by: -8) {
        result.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
    return result
  }

  /// 64 hex digits in lower case.
  package var hex: String { Hex.string(bytes) }
}
