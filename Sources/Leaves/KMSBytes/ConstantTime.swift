/// Comparisons whose duration depends on lengths only.
package enum ConstantTime {
  /// Whether both hold the same bytes. Lengths are public: unequal ones answer at once.
  package static func equal(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    var difference: UInt8 = 0
    for index in one.indices { difference |= one[index] ^ other[index] }
    return isZero(difference)
  }

  /// See `equal(_:_:)` for spans.
  package static func equal(_ one: [UInt8], _ other: [UInt8]) -> Bool { equal(one.span, other.span) }

  /// Kept out of line so that the loop above can't be turned into one with an early exit.
  @inline(never)
  private static func isZero(_ byte: UInt8) -> Bool { byte == 0 }
}
