/// What an item is: three bytes, of which the first says who gave the number out (KMIP 2.1 section 11.56).
package struct KMIPTag: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// From the specification's own numbers, whether or not one has been given out.
  package var isStandard: Bool { rawValue >> 16 == 0x42 }

  /// From the numbers that vendors may use as they like.
  package var isExtension: Bool { rawValue >> 16 == 0x54 }
}

extension KMIPTag: CustomStringConvertible {
  package var description: String { "0x" + String(rawValue, radix: 16) }
}
