/// What a certificate is known by: the SHA-256 of its DER form. Nothing that stands in a certificate can change it.
package struct CertificateFingerprint: Hashable, Sendable {
  /// In bytes.
  package static let length = 32

  private let words: SIMD4<UInt64>

  /// - Returns: nil for any other number of bytes than `length`.
  package init?(_ bytes: Span<UInt8>) {
    guard bytes.count == CertificateFingerprint.length else { return nil }
    var words = SIMD4<UInt64>()
    for index in 0..<CertificateFingerprint.length {
      words[index >> 3] = words[index >> 3] << 8 | UInt64(bytes[index])
    }
    self.words = words
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
    for index in 0..<CertificateFingerprint.length {
      result.append(UInt8(truncatingIfNeeded: words[index >> 3] >> (56 - 8 * UInt64(index & 7))))
    }
    return result
  }

  /// 64 hex digits in lower case.
  package var hex: String { Hex.string(bytes) }
}
