import KMSDomain
import KMSSecrets

/// Pairs of bytes (u, v) that stand for u·y + v over GF(2^8) with AES's modulus, modulo y^2 + y + m.
struct GF65536: Sendable {
  struct Element: Sendable, Equatable {
    let u: UInt8
    let v: UInt8
  }

  /// x^5 + x^4 + x^3 + x.
  private static let m: UInt8 = 0x3a
  private let bytes = GF256.aes

  /// y^2 is y + m: (uy + v)(ry + s) = (ur + us + vr)y + vs + urm.
  /// - Parameter value: may be secret.
  /// - Parameter factor: public.
  @inline(__always)
  func product(_ value: Element, _ factor: Element) -> Element {
    let ur = bytes.product(value.u, factor.u)
    return Element(
      u: ur ^ bytes.product(value.u, factor.v) ^ bytes.product(value.v, factor.u),
      v: bytes.product(value.v, factor.v) ^ bytes.product(ur, GF65536.m))
  }

  /// Of a public element: its power by 2^16 - 2.
  func inverse(_ element: Element) -> Element {
    var (result, square) = (Element(u: 0, v: 1), element)
    for _ in 0..<15 {
      square = product(square, square)
      result = product(result, square)
    }
    return result
  }
}

extension GF65536: SharingField {
  func elements(of secret: borrowing SecretBytes) -> SecretBytes? {
    secret.count % 2 == 0 ? secret.prefix(secret.count) : secret.prefixed(by: [0])
  }

  func random(_ count: Int) throws(CryptoFailure) -> SecretBytes { try RandomBytes.secret(count) }
  func isLength(_ count: Int) -> Bool { count > 0 && count % 2 == 0 }

  func factor(_ identifier: Int) -> Element {
    Element(u: UInt8(truncatingIfNeeded: identifier >> 8), v: UInt8(truncatingIfNeeded: identifier))
  }

  func coefficient(_ identifiers: [Int], index: Int) throws(CryptoFailure) -> Element {
    var (above, below) = (Element(u: 0, v: 1), Element(u: 0, v: 1))
    for (at, other) in identifiers.enumerated() where at != index {
      above = product(above, factor(other))
      // Subtracting is exclusive or.
      below = product(below, factor(other ^ identifiers[index]))
    }
    return product(above, inverse(below))
  }

  func scale(_ value: inout MutableSpan<UInt8>, by factor: Element, adding addend: Span<UInt8>) {
    for at in stride(from: 0, to: value.count - 1, by: 2) {
      let scaled = product(Element(u: value[at], v: value[at + 1]), factor)
      value[at] = scaled.u ^ addend[at]
      value[at + 1] = scaled.v ^ addend[at + 1]
    }
  }
}
