import KMSBytes

/// 128 random bits: the form of every internal identifier.
package struct Bits128: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads 16 bytes, big-endian, at `offset`; nil when there are fewer.
  package init?(_ bytes: Span<UInt8>, at offset: Int = 0) {
    guard offset >= 0, bytes.count - offset >= 16 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for index in 0..<8 {
      high = high << 8 | UInt64(bytes[offset + index])
      low = low << 8 | UInt64(bytes[offset + 8 + index])
    }
    self.init(high: high, low: low)
  }

  /// Half of the bits tell identifiers apart: nobody outside chooses those that are kept.
  package func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// The 32 hex digits of `hex`, in either case.
  package init?(hex: String) {
    guard let bytes = Hex.bytes(hex), bytes.count == 16 else { return nil }
    self.init(bytes.span)
  }

  /// Appends the 16 bytes, big-endian.
  package func append(to output: inout [UInt8]) {
    for shift in stride(from: 56, through: 0, by: -8) {
      output.append(UInt8(truncatingIfNeeded: high >> shift))
    }
    for shift in stride(from: 56, through: 0, by: -8) {
      output.append(UInt8(truncatingIfNeeded: low >> shift))
    }
  }

  package var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(16)
    append(to: &result)
    return result
  }

  package var hex: String { Hex.string(bytes) }

  /// The same bits as a UUID of version 4, variant 1 (RFC 9562 section 5.4), 36 characters: six bits are overwritten.
  package var uuid: String {
    var text: [UInt8] = []
    text.reserveCapacity(36)
    appendUUID(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the 36 characters of `uuid`.
  package func appendUUID(to text: inout [UInt8]) {
    var at = text.count
    text.append(contentsOf: Bits128.blankUUID)
    var room = text.mutableSpan
    for index in 0..<16 {
      if index == 4 || index == 6 || index == 8 || index == 10 { at += 1 }
      let word = index < 8 ? high : low
      var byte = UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64(index & 7)))
      if index == 6 { byte = byte & 0x0f | 0x40 }
      if index == 8 { byte = byte & 0x3f | 0x80 }
      room[at] = Bits128.digit(byte >> 4)
      room[at + 1] = Bits128.digit(byte & 15)
      at += 2
    }
  }

  /// Appends the 32 digits of `hex`.
  package func appendHex(to text: inout [UInt8]) {
    let start = text.count
    text.append(contentsOf: Bits128.blankHex)
    var room = text.mutableSpan
    for index in 0..<16 {
      room[start + index] = Bits128.digit(UInt8(truncatingIfNeeded: high >> (60 - 4 * UInt64(index))) & 15)
      room[start + 16 + index] = Bits128.digit(
        UInt8(truncatingIfNeeded: low >> (60 - 4 * UInt64(index))) & 15)
    }
  }

  private static let blankHex = [UInt8](repeating: UInt8(ascii: "-"), count: 32)
  private static let blankUUID = [UInt8](repeating: UInt8(ascii: "-"), count: 36)

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}

/// A key, for ever: none of its public names, never reused.
package struct KeyID: Hashable, Sendable {
  package let bits: Bits128
  package init(_ bits: Bits128) { self.bits = bits }
}

/// One piece of backing material of a key.
package struct VersionID: Hashable, Sendable {
  package let bits: Bits128
  package init(_ bits: Bits128) { self.bits = bits }
}

/// One request, as it is told to the caller and found in the audit log.
package struct RequestID: Hashable, Sendable {
  package let bits: Bits128
  package init(_ bits: Bits128) { self.bits = bits }
  /// The UUID form that callers see.
  package var text: String { bits.uuid }
}

/// A wrapping-key epoch.
package struct EpochID: Hashable, Sendable, Comparable {
  package let number: UInt32
  package init(_ number: UInt32) { self.number = number }
  package static func < (one: EpochID, other: EpochID) -> Bool { one.number < other.number }
}

/// The tenant: 12 decimal digits.
package struct AccountID: Hashable, Sendable {
  package let text: String

  package init?(_ text: String) {
    guard text.utf8.count == 12, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.text = text
  }
}

/// A moment in milliseconds since the Unix epoch.
package struct Instant: Hashable, Sendable, Comparable {
  package let milliseconds: Int64
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package static func < (one: Instant, other: Instant) -> Bool { one.milliseconds < other.milliseconds }

  package static let distantFuture = Instant(milliseconds: .max)

  /// The moment `days` later; the farthest moment when that overflows.
  package func advanced(days: Int) -> Instant {
    advanced(seconds: Int64(clamping: days).saturatingProduct(86_400))
  }

  package func advanced(seconds: Int64) -> Instant {
    let (sum, overflow) = milliseconds.addingReportingOverflow(seconds.saturatingProduct(1000))
    return overflow
      ? (seconds > 0 ? .distantFuture : Instant(milliseconds: .min)) : Instant(milliseconds: sum)
  }
}

extension Int64 {
  fileprivate func saturatingProduct(_ factor: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: factor)
    return overflow ? (self > 0 ? .max : .min) : product
  }
}
