/// How XML and JSON spell the specification's names (KMIP Profiles 2.1 section 5.4.1.1): "PKCS#12 Friendly Name" becomes
/// "PKCS_12FriendlyName".
enum CamelCase {
  /// - Parameter name: ASCII.
  static func spell(_ name: some Collection<UInt8>) -> String {
    var words = words(of: replacePunctuation(Array(name)))
    if let first = words.first { words[0] = digitsLast(first) }
    var result: [UInt8] = []
    for word in words {
      for (place, byte) in word.enumerated() { result.append(place == 0 ? upper(byte) : byte) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The same for every spelling that is taken for the same name: letters in lower case and digits, nothing else. Clients
  /// differ in case and in underscores. Nil for text with anything but ASCII in it, which no name has.
  static func key(_ name: some Collection<UInt8>) -> String? {
    var key: [UInt8] = []
    key.reserveCapacity(name.count)
    for byte in name {
      guard byte < 0x80 else { return nil }
      if isLetter(byte) { key.append(byte | 0x20) }
      if isDigit(byte) { key.append(byte) }
    }
    return String(decoding: key, as: UTF8.self)
  }

  /// Brackets, and what stands before a letter and a small letter, part words; other punctuation becomes an underscore.
  private static func replacePunctuation(_ name: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (place, byte) in name.enumerated() {
      let next = place + 1 < name.count ? name[place + 1] : 0
      let afterNext = place + 2 < name.count ? name[place + 2] : 0
      let parts = isLetter(next) && isLetter(afterNext) && afterNext & 0x20 != 0
      switch byte {
      case _ where isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_"): result.append(byte)
      case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"): result.append(UInt8(ascii: " "))
      default: result.append(UInt8(ascii: parts ? " " : "_"))
      }
    }
    return result
  }

  private static func words(of name: [UInt8]) -> [[UInt8]] {
    name.split(separator: UInt8(ascii: " ")).map { Array($0) }
  }

  /// "3DES" becomes "DES3".
  private static func digitsLast(_ word: [UInt8]) -> [UInt8] {
    let digits = word.prefix { isDigit($0) }
    return Array(word[digits.count...] + digits)
  }

  private static func upper(_ byte: UInt8) -> UInt8 { isLetter(byte) ? byte & ~0x20 : byte }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
}
