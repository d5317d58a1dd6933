/// The one text form of 32 bytes: 64 lower-case hex digits.
enum SignatureText {
  static func parse(_ text: Span<UInt8>) -> [UInt8]? {
    guard text.count == 64 else { return nil }
    var bad: UInt8 = 0
    var bytes: [UInt8] = []
    bytes.append(addingCapacity: 32) { (room: inout OutputSpan<UInt8>) in
      for index in 0..<32 {
        let high = value(text[2 * index])
        let low = value(text[2 * index + 1])
        bad |= high | low
        room.append(high << 4 | low & 15)
      }
    }
    return bad < 16 ? bytes : nil
  }

  /// 16 and more for what isn't a digit.
  private static func value(_ digit: UInt8) -> UInt8 {
    if digit &- 0x30 < 10 { return digit &- 0x30 }
    return digit &- 0x61 < 6 ? digit &- 0x57 : 0xff
  }
}
