import KMSDomain
import KMSSecrets

/// The paddings that libcrypto hasn't, and for keys on devices the one that it has. Whether one is right shows in constant time; how long it is shows in the text.
enum BlockPadding {
  /// - Parameter noise: random bytes for ISO 10126, a block of them.
  static func add(
    _ padding: CipherParameters.Padding, to text: borrowing SecretBytes, block: Int, noise: [UInt8]
  ) -> SecretBytes {
    let over = text.count % block
    let count = padding == .zeros && over == 0 ? 0 : block - over
    return SecretBytes(count: text.count + count) { (room: inout MutableSpan<UInt8>) in
      text.withBytes { bytes in
        for index in bytes.indices { room[index] = bytes[index] }
      }
      guard count > 0 else { return }
      switch padding {
      case .none, .zeros: break
      case .pkcs5:
        for index in 1...count { room[room.count - index] = UInt8(truncatingIfNeeded: count) }
      case .oneAndZeros: room[room.count - count] = 0x80
      case .ansiX923: room[room.count - 1] = UInt8(truncatingIfNeeded: count)
      case .iso10126:
        for index in 1..<count { room[room.count - 1 - index] = noise[index % noise.count] }
        room[room.count - 1] = UInt8(truncatingIfNeeded: count)
      }
    }
  }

  /// - Returns: nil when the padding isn't one.
  static func remove(
    _ padding: CipherParameters.Padding, from text: borrowing SecretBytes, block: Int
  ) -> SecretBytes? {
    guard text.count % block == 0, text.count > 0 || padding == .zeros else { return nil }
    let count = text.withBytes { bytes in length(padding, of: bytes, block: min(block, bytes.count)) }
    guard let count else { return nil }
    return text.prefix(text.count - count)
  }

  private static func length(
    _ padding: CipherParameters.Padding, of bytes: Span<UInt8>, block: Int
  ) -> Int? {
    switch padding {
    case .none: 0
    case .pkcs5: counted(bytes, block) { $0 }
    case .zeros: trailingZeros(of: bytes, within: block)
    case .oneAndZeros: oneAndZeros(bytes, block)
    case .ansiX923: counted(bytes, block) { _ in 0 }
    case .iso10126: counted(bytes, block) { _ in nil }
    }
  }

  /// How many zeros the block ends with, in time that doesn't say.
  private static func trailingZeros(of bytes: Span<UInt8>, within block: Int) -> Int {
    var count = 0
    var isOpen = 1
    for index in 0..<block {
      isOpen &= mask(bytes[bytes.count - 1 - index] == 0)
      count += isOpen
    }
    return count
  }

  private static func oneAndZeros(_ bytes: Span<UInt8>, _ block: Int) -> Int? {
    let zeros = trailingZeros(of: bytes, within: block)
    guard zeros < block, bytes[bytes.count - 1 - zeros] == 0x80 else { return nil }
    return zeros + 1
  }

  /// The last byte says how many there are.
  /// - Parameter filling: what the others are, when it is so many; nil: anything.
  private static func counted(_ bytes: Span<UInt8>, _ block: Int, filling: (UInt8) -> UInt8?) -> Int? {
    let count = Int(bytes[bytes.count - 1])
    var wrong = mask(count == 0) | mask(count > block)
    if let fill = filling(bytes[bytes.count - 1]) {
      for index in 1..<block {
        wrong |= mask(index < count) & mask(bytes[bytes.count - 1 - index] != fill)
      }
    }
    return wrong == 0 ? count : nil
  }

  @inline(__always)
  private static func mask(_ condition: Bool) -> Int { condition ? 1 : 0 }
}
