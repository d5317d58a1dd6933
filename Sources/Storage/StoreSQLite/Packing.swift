/// Lists of byte strings in one column: a count, then each with its length, all in 4 bytes, big-endian.
enum Packing {
  static func pack(_ items: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(items.reduce(4) { $0 + 4 + $1.count })
    append(items.count, to: &bytes)
    for item in items {
      append(item.count, to: &bytes)
      bytes.append(contentsOf: item)
    }
    return bytes
  }

  /// - Returns: nil when the bytes are anything else than a packed list.
  static func unpack(_ bytes: [UInt8]) -> [[UInt8]]? {
    var rest = bytes[...]
    guard let count = length(&rest), count <= rest.count / 4 else { return nil }
    var items: [[UInt8]] = []
    items.reserveCapacity(count)
    for _ in 0..<count {
      guard let size = length(&rest), size <= rest.count else { return nil }
      items.append([UInt8](rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return rest.isEmpty ? items : nil
  }

  private static func append(_ number: Int, to bytes: inout [UInt8]) {
    let number = UInt32(clamping: number)
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.count >= 4 else { return nil }
    let number = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    rest = rest.dropFirst(4)
    return Int(number)
  }
}
