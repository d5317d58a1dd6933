/// The inside of string literals: escapes and UTF-8.
enum JSONStrings {
  /// Whether escapes are complete, surrogates paired and the bytes UTF-8.
  static func isWellFormed(_ text: Span<UInt8>) -> Bool {
    guard let bytes = unescape(text) else { return false }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  /// The text of a literal that was read, and so is well-formed.
  static func decode(_ text: Span<UInt8>, hasEscapes: Bool) -> String {
    if hasEscapes, let bytes = unescape(text) { return String(decoding: bytes, as: UTF8.self) }
    do {
      return String(copying: try UTF8Span(validating: text))
    } catch {
      return ""  // never: the reader saw well-formed text
    }
  }

  static func equal(_ text: Span<UInt8>, hasEscapes: Bool, _ name: String) -> Bool {
    if hasEscapes { return decode(text, hasEscapes: true).utf8.elementsEqual(name.utf8) }
    guard text.count == name.utf8.count else { return false }
    var index = 0
    for byte in name.utf8 {
      guard text[index] == byte else { return false }
      index += 1
    }
    return true
  }

  /// Resolves escapes; nil when one is malformed. The result may still not be UTF-8.
  static func unescape(_ text: Span<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var at = 0
    while at < text.count {
      guard text[at] == UInt8(ascii: "\\") else {
        output.append(text[at])
        at += 1
        continue
      }
      guard at + 1 < text.count else { return nil }
      if text[at + 1] == UInt8(ascii: "u") {
        guard let scalar = scalar(text, &at) else { return nil }
        output.append(contentsOf: String(Character(scalar)).utf8)
      } else {
        guard let byte = simple(text[at + 1]) else { return nil }
        output.append(byte)
        at += 2
      }
    }
    return output
  }

  private static func simple(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0c
    case UInt8(ascii: "n"): 0x0a
    case UInt8(ascii: "r"): 0x0d
    case UInt8(ascii: "t"): 0x09
    default: nil
    }
  }

  /// `\uXXXX`, or two of them that form a surrogate pair. A lone surrogate is malformed: it has no UTF-8.
  private static func scalar(_ text: Span<UInt8>, _ at: inout Int) -> Unicode.Scalar? {
    guard let high = unit(text, at) else { return nil }
    at += 6
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard (0xd800...0xdbff).contains(high), let low = unit(text, at), (0xdc00...0xdfff).contains(low) else {
      return nil
    }
    at += 6
    return Unicode.Scalar(0x10000 + ((UInt32(high) - 0xd800) << 10 | (UInt32(low) - 0xdc00)))
  }

  private static func unit(_ text: Span<UInt8>, _ at: Int) -> UInt16? {
    guard at + 6 <= text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var value: UInt16 = 0
    for index in at + 2..<at + 6 {
      let digit: UInt16
      switch text[index] {
      case 0x30...0x39: digit = UInt16(text[index]) - 0x30
      case 0x41...0x46: digit = UInt16(text[index]) - 0x41 + 10
      case 0x61...0x66: digit = UInt16(text[index]) - 0x61 + 10
      default: return nil
      }
      value = value << 4 | digit
    }
    return value
  }
}
