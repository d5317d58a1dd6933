import KMSBytes

/// 128 bits as Microsoft's protocols write them: every bit counts, and there is one text for each.
package struct GUID: Hashable, Sendable {
  package let bits: Bits128

  package init(_ bits: Bits128) { self.bits = bits }

  /// The 36 characters of RFC 9562 section 4, hex digits in either case.
  package init?(_ text: String) {
    let letters = Array(text.utf8)
    guard letters.count == 36, GUID.hyphens.allSatisfy({ letters[$0] == UInt8(ascii: "-") }) else {
      return nil
    }
    let digits = letters.indices.filter { !GUID.hyphens.contains($0) }.map { letters[$0] }
    guard let bytes = Hex.bytes(digits), let bits = Bits128(bytes.span) else { return nil }
    self.bits = bits
  }

  /// 36 characters in lower case.
  package var text: String {
    var letters = Array(bits.hex.utf8)
    for place in GUID.hyphens { letters.insert(UInt8(ascii: "-"), at: place) }
    return String(decoding: letters, as: UTF8.self)
  }

  /// A fresh one, of version 4 like those that others make.
  package static func random(_ randomness: any Randomness) -> GUID {
    let bits = randomness.bits128()
    return GUID(
      Bits128(
        high: bits.high & ~0xf000 | 0x4000, low: bits.low & ~(0b11 << 62) | 0b10 << 62))
  }

  private static let hyphens = [8, 13, 18, 23]
}
