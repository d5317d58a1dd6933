import KMSDomain
import KMSSecrets

/// Bytes as polynomials over GF(2), modulo one of degree 8.
struct GF256: Sendable {
  /// The modulus without its highest power.
  let modulus: UInt8

  /// x^8 + x^4 + x^3 + x^2 + 1, the one of split keys.
  static let sharing = GF256(modulus: 0x1d)
  /// x^8 + x^4 + x^3 + x + 1, the one of AES (FIPS 197).
  static let aes = GF256(modulus: 0x1b)

  /// - Parameter value: may be secret.
  /// - Parameter factor: public.
  @inline(__always)
  func product(_ value: UInt8, _ factor: UInt8) -> UInt8 {
    var (sum, power): (UInt8, UInt8) = (0, value)
    for bit in UInt8(0)..<8 {
      sum ^= power & (0 &- (factor >> bit & 1))
      // Times x: what goes over the top comes back as the rest of the modulus.
      power = power << 1 ^ modulus & (0 &- (power >> 7))
    }
    return sum
  }

  /// Of a public element: its 254th power, which is the inverse because the 255th is 1.
  func inverse(_ element: UInt8) -> UInt8 {
    var (result, square) = (UInt8(1), element)
    for _ in 0..<7 {
      square = product(square, square)
      result = product(result, square)
    }
    return result
  }
}

extension GF256: SharingField {
  func elements(of secret: borrowing SecretBytes) -> SecretBytes? { secret.prefix(secret.count) }
  func random(_ count: Int) throws(CryptoFailure) -> SecretBytes { try RandomBytes.secret(count) }
  func isLength(_ count: Int) -> Bool { count > 0 }
  func factor(_ identifier: Int) -> UInt8 { UInt8(truncatingIfNeeded: identifier) }

  func coefficient(_ identifiers: [Int], index: Int) throws(CryptoFailure) -> UInt8 {
    var (above, below): (UInt8, UInt8) = (1, 1)
    for (at, other) in identifiers.enumerated() where at != index {
      above = product(above, factor(other))
      below = product(below, factor(other) ^ factor(identifiers[index]))
    }
    return product(above, inverse(below))
  }

  func scale(_ value: inout MutableSpan<UInt8>, by factor: UInt8, adding addend: Span<UInt8>) {
    for index in value.indices { value[index] = product(value[index], factor) ^ addend[index] }
  }
}
