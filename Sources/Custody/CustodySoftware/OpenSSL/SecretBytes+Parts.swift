import KMSSecrets

extension SecretBytes {
  /// A copy of the first bytes, at most all.
  borrowing func prefix(_ length: Int) -> SecretBytes {
    let length = min(max(length, 0), count)
    return SecretBytes(count: length) { (room: inout MutableSpan<UInt8>) in
      withBytes { bytes in
        for index in 0..<length { room[index] = bytes[index] }
      }
    }
  }

  /// A copy with public bytes in front.
  borrowing func prefixed(by head: [UInt8]) -> SecretBytes {
    SecretBytes(count: head.count + count) { (room: inout MutableSpan<UInt8>) in
      for index in head.indices { room[index] = head[index] }
      withBytes { bytes in
        for index in bytes.indices { room[head.count + index] = bytes[index] }
      }
    }
  }
}
