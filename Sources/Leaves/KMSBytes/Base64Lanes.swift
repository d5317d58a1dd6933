/// Sixteen base 64 digits or their values at once, the first in the lowest lane. As in `Base64`, digits are computed: no
/// step depends on them.
enum Base64Lanes {
  typealias Bytes = SIMD16<UInt8>

  /// All bits in each lane that is at least the bound, none in the others. Lanes and bound are below 128.
  @inline(__always)
  private static func atLeast(_ bound: UInt8, _ bytes: Bytes) -> Bytes {
    let signed = unsafe unsafeBitCast(bytes &+ Bytes(repeating: 128 &- bound), to: SIMD16<Int8>.self)
    return unsafe unsafeBitCast(signed &>> SIMD16<Int8>(repeating: 7), to: Bytes.self)
  }

  @inline(__always)
  private static func all(_ byte: UInt8) -> Bytes { Bytes(repeating: byte) }

  /// See `Base64.digit`.
  @inline(__always)
  static func digits(_ values: Bytes) -> Bytes {
    let letters = values &+ all(65) &+ (atLeast(26, values) & all(6))
    return letters &- (atLeast(52, values) & all(75)) &- (atLeast(62, values) & all(15))
      &+ (atLeast(63, values) & all(3))
  }

  /// The values, and zeros when all are digits.
  @inline(__always)
  static func values(_ digits: Bytes) -> (Bytes, fault: Bytes) {
    let bytes = digits & all(0x7f)
    let numeralOrMore = atLeast(48, bytes)
    let capital = atLeast(65, bytes) ^ atLeast(91, bytes)
    let small = atLeast(97, bytes) ^ atLeast(123, bytes)
    let numeral = numeralOrMore ^ atLeast(58, bytes)
    let plus = atLeast(43, bytes) ^ atLeast(44, bytes)
    let slash = atLeast(47, bytes) ^ numeralOrMore
    let letters = bytes &- (capital & all(65)) &- (small & all(71))
    let values = letters &+ (numeral & all(4)) &+ (plus & all(19)) &+ (slash & all(16))
    let known = capital | small | numeral | plus | slash
    return (values, ~known | (digits & all(0x80)))
  }

  /// Eight values to 48 bits, twice: neighbours join to 12, to 24, to 48 bits.
  @inline(__always)
  static func packed(_ values: Bytes) -> SIMD2<UInt64> {
    let ones = unsafe unsafeBitCast(values, to: SIMD8<UInt16>.self)
    let twos = unsafe unsafeBitCast(
      (ones & SIMD8(repeating: 0xff)) &<< SIMD8(repeating: 6) | ones &>> SIMD8(repeating: 8),
      to: SIMD4<UInt32>.self)
    let fours = unsafe unsafeBitCast(
      (twos & SIMD4(repeating: 0xffff)) &<< SIMD4(repeating: 12) | twos &>> SIMD4(repeating: 16),
      to: SIMD2<UInt64>.self)
    return (fours & SIMD2(repeating: 0xffff_ffff)) &<< SIMD2(repeating: 24) | fours &>> SIMD2(repeating: 32)
  }

  /// The values of 48 bits, twice: the way back.
  @inline(__always)
  static func split(_ eights: SIMD2<UInt64>) -> Bytes {
    let fours = unsafe unsafeBitCast(
      eights &>> SIMD2(repeating: 24) | (eights & SIMD2(repeating: 0xff_ffff)) &<< SIMD2(repeating: 32),
      to: SIMD4<UInt32>.self)
    let twos = unsafe unsafeBitCast(
      fours &>> SIMD4(repeating: 12) | (fours & SIMD4(repeating: 0xfff)) &<< SIMD4(repeating: 16),
      to: SIMD8<UInt16>.self)
    return unsafe unsafeBitCast(
      twos &>> SIMD8(repeating: 6) | (twos & SIMD8(repeating: 0x3f)) &<< SIMD8(repeating: 8), to: Bytes.self)
  }
}
