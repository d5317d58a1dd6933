/// Numbers without a sign.
extension TTLVWriter {
  /// - Parameter value: big-endian, of any length; leading zeros don't matter.
  package mutating func bigInteger(_ tag: KMIPTag, unsigned value: Span<UInt8>) {
    var first = 0
    while first < value.count, value[first] == 0 { first += 1 }
    let digits = value.extracting(first..<value.count)
    // A first bit that is set would make it negative.
    let needed = digits.count + (digits.count > 0 && digits[0] >= 0x80 ? 1 : 0)
    let length = max(8, TTLVReader.padded(needed))
    header(tag, .bigInteger, length)
    zeros(length - digits.count)
    append(digits)
  }

  /// - Parameter count: at most eight.
  private mutating func zeros(_ count: Int) {
    if count == 8 { append(0, 0) } else if count > 0 { pad(8 - count) }
  }
}

extension TTLVWriter {
  /// - Parameter item: whole items, as they were written before.
  package mutating func encoded(_ item: Span<UInt8>) {
    makeRoom(item.count)
    append(item)
  }
}
