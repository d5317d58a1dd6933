import KMSSecrets

/// Secret bytes that several hold: wiped when the last lets go.
final class Secret: Sendable {
  let bytes: SecretBytes

  init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

  convenience init(_ bytes: [UInt8]) { self.init(SecretBytes(copying: bytes.span)) }

  /// All of these, one after the other.
  static func joined(_ parts: [Secret]) -> SecretBytes {
    SecretBytes(count: parts.reduce(0) { $0 + $1.bytes.count }) { (room: inout MutableSpan<UInt8>) in
      var at = 0
      for part in parts {
        part.bytes.withBytes { bytes in
          for index in bytes.indices { room[at + index] = bytes[index] }
        }
        at += part.bytes.count
      }
    }
  }
}

extension SecretBytes {
  /// A copy of what is in `range`; the part of it that there is.
  borrowing func slice(_ range: Range<Int>) -> SecretBytes {
    let range = range.clamped(to: 0..<count)
    return SecretBytes(count: range.count) { (room: inout MutableSpan<UInt8>) in
      withBytes { bytes in
        for index in range { room[index - range.lowerBound] = bytes[index] }
      }
    }
  }

  /// A copy of public bytes, for what takes secret ones.
  init(public bytes: [UInt8]) { self.init(copying: bytes.span) }
}
