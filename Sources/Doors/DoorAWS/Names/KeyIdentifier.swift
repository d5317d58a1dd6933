/// The two forms of a key id: a UUID, or `mrk-` and 32 hex digits for keys that exist in several Regions.
enum KeyIdentifier {
  static func isWellFormed(_ text: Substring.UTF8View) -> Bool { isUUID(text) || isMultiRegion(text) }

  private static func isUUID(_ text: Substring.UTF8View) -> Bool {
    guard text.count == 36 else { return false }
    var position = 0
    for byte in text {
      switch position {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
      default: guard isHex(byte) else { return false }
      }
      position += 1
    }
    return true
  }

  private static func isMultiRegion(_ text: Substring.UTF8View) -> Bool {
    text.count == 36 && text.starts(with: "mrk-".utf8) && text.dropFirst(4).allSatisfy(isHex)
  }

  /// Lower case only: key ids are compared byte for byte.
  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
