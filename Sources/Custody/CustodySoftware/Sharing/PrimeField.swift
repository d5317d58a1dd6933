import KMSDomain
import KMSSecrets

/// Integers modulo a prime, big-endian and as long as it.
struct PrimeField: Sendable {
  /// The longest prime, in bytes. It is the client's to choose, and is tested each time: a tenth of a second for one of this length,
  /// and sixteen times as long for one of twice the length.
  static let longest = 256
  /// Without leading zeros.
  let prime: [UInt8]

  /// - Parameter parts: identifiers must differ modulo the prime, and none may be 0.
  /// - Returns: nil for what isn't a prime that serves.
  init?(_ number: [UInt8], parts: Int) {
    let prime = Array(number.drop { $0 == 0 })
    guard let first = prime.first, prime.count <= PrimeField.longest,
      prime.count > 1 || Int(first) > parts, Numbers.isPrime(prime)
    else { return nil }
    self.prime = prime
  }
}

extension PrimeField: SharingField {
  func elements(of secret: borrowing SecretBytes) -> SecretBytes? {
    guard secret.count <= prime.count else { return nil }
    let padded = secret.prefixed(by: [UInt8](repeating: 0, count: prime.count - secret.count))
    guard padded.withBytes(isLess) else { return nil }
    return padded
  }

  /// Draws until a number is less than the prime: which were not says nothing about the one that is.
  func random(_ count: Int) throws(CryptoFailure) -> SecretBytes {
    let unused = UInt8(truncatingIfNeeded: prime[0].leadingZeroBitCount)
    while true {
      let drawn = try RandomBytes.secret(prime.count)
      let number = SecretBytes(count: prime.count) { (room: inout MutableSpan<UInt8>) in
        drawn.withBytes { bytes in
          for index in bytes.indices { room[index] = bytes[index] }
        }
        room[0] &= 0xff >> unused
      }
      if number.withBytes(isLess) { return number }
    }
  }

  func isLength(_ count: Int) -> Bool { count == prime.count }

  func factor(_ identifier: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: max(0, prime.count - 8))
      + (0..<min(8, prime.count)).reversed().map { UInt8(truncatingIfNeeded: identifier >> (8 * $0)) }
  }

  func coefficient(_ identifiers: [Int], index: Int) throws(CryptoFailure) -> [UInt8] {
    try Numbers.lagrange(identifiers.map { UInt32(clamping: $0) }, index: index, prime: prime)
  }

  /// Adds up doublings from the factor's highest bit down.
  func scale(_ value: inout MutableSpan<UInt8>, by factor: [UInt8], adding addend: Span<UInt8>) {
    let digits = Array(factor.drop { $0 == 0 })
    let scaled = SecretBytes(count: prime.count) { (sum: inout MutableSpan<UInt8>) in
      for digit in digits {
        for bit in (UInt8(0)..<8).reversed() {
          double(&sum)
          if digit >> bit & 1 == 1 { add(value.span, to: &sum) }
        }
      }
      add(addend, to: &sum)
    }
    scaled.withBytes { bytes in
      for index in bytes.indices { value[index] = bytes[index] }
    }
  }
}

// MARK: - Arithmetic

extension PrimeField {
  /// Whether a number is less than the prime, in time that doesn't say.
  func isLess(_ number: Span<UInt8>) -> Bool { borrow(number) == 1 }

  /// 1 when subtracting the prime would need a further digit.
  private func borrow(_ number: Span<UInt8>) -> UInt16 {
    var borrow: UInt16 = 0
    for index in prime.indices.reversed() {
      borrow = (UInt16(number[index]) &- UInt16(prime[index]) &- borrow) >> 8 & 1
    }
    return borrow
  }

  private func add(_ number: Span<UInt8>, to sum: inout MutableSpan<UInt8>) {
    var carry: UInt16 = 0
    for index in prime.indices.reversed() {
      let digit = UInt16(sum[index]) &+ UInt16(number[index]) &+ carry
      sum[index] = UInt8(truncatingIfNeeded: digit)
      carry = digit >> 8
    }
    reduce(&sum, carry: carry)
  }

  private func double(_ sum: inout MutableSpan<UInt8>) {
    var carry: UInt16 = 0
    for index in prime.indices.reversed() {
      let digit = UInt16(sum[index]) << 1 &+ carry
      sum[index] = UInt8(truncatingIfNeeded: digit)
      carry = digit >> 8
    }
    reduce(&sum, carry: carry)
  }

  /// Takes the prime away once if the sum isn't less; what is taken away otherwise is zero.
  private func reduce(_ sum: inout MutableSpan<UInt8>, carry: UInt16) {
    let isLarge = carry | (1 ^ borrow(sum.span))
    let mask = 0 &- UInt8(truncatingIfNeeded: isLarge)
    var borrow: UInt16 = 0
    for index in prime.indices.reversed() {
      let digit = UInt16(sum[index]) &- UInt16(prime[index] & mask) &- borrow
      sum[index] = UInt8(truncatingIfNeeded: digit)
      borrow = digit >> 8 & 1
    }
  }
}
