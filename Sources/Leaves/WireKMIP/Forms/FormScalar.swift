import KMSBytes

/// A value as XML and JSON spell it, read into TTLV (KMIP Profiles 2.1 sections 5.4.1.5 and 5.5.1.5). Both take numbers in
/// decimal and in hex, enumerations and masks by name; what only one of them demands is taken from both.
enum FormScalar {
  /// - Parameter meaning: the tag whose enumeration or mask the names are from: `tag` itself, or what Attribute Name says.
  /// - Returns: false, with nothing written, when the text is no value of the type.
  static func append(
    _ text: Span<UInt8>, _ type: ItemType, _ tag: KMIPTag, meaning: KMIPTag, to writer: inout TTLVWriter
  ) -> Bool {
    let word = text.extracting(trimmed(text))
    switch type {
    case .structure: return false
    case .integer: return done(integer(word, meaning)) { writer.integer(tag, $0) }
    case .longInteger: return done(longInteger(word)) { writer.longInteger(tag, $0) }
    case .bigInteger: return bigInteger(word, tag, to: &writer)
    case .enumeration: return done(enumeration(word, meaning)) { writer.enumeration(tag, $0) }
    case .boolean: return done(boolean(word)) { writer.boolean(tag, $0) }
    case .textString: return plainText(text, tag, to: &writer)
    case .byteString: return byteString(word, tag, to: &writer)
    case .dateTime: return done(dateTime(word)) { writer.dateTime(tag, $0) }
    case .interval: return done(unsigned(word)) { writer.interval(tag, $0) }
    case .dateTimeExtended: return done(dateTimeExtended(word)) { writer.dateTimeExtended(tag, $0) }
    }
  }

  private static func done<Value>(_ value: Value?, _ write: (Value) -> Void) -> Bool {
    guard let value else { return false }
    write(value)
    return true
  }

  private static func integer(_ text: Span<UInt8>, _ meaning: KMIPTag) -> Int32? {
    if let value = FormNumber.decimal(text) { return Int32(exactly: value) }
    if let bits = FormNumber.hex(text, digits: 8) { return Int32(truncatingIfNeeded: bits) }
    return KMIPRegistry.isMask(meaning) ? mask(text, meaning) : nil
  }

  /// Names or hex numbers, parted by spaces in XML and by bars in JSON.
  private static func mask(_ text: Span<UInt8>, _ meaning: KMIPTag) -> Int32? {
    var bits: UInt32 = 0
    for word in bytes(text).split(whereSeparator: { isSpace($0) || $0 == UInt8(ascii: "|") }) {
      if let number = FormNumber.hex(word.span, digits: 8) {
        bits |= UInt32(truncatingIfNeeded: number)
      } else if let bit = KMIPRegistry.value(camel: word, in: meaning) {
        bits |= bit
      } else {
        return nil
      }
    }
    return Int32(bitPattern: bits)
  }

  private static func longInteger(_ text: Span<UInt8>) -> Int64? {
    FormNumber.decimal(text) ?? FormNumber.hex(text, digits: 16).map { Int64(bitPattern: $0) }
  }

  private static func unsigned(_ text: Span<UInt8>) -> UInt32? {
    FormNumber.decimal(text).flatMap { UInt32(exactly: $0) }
      ?? FormNumber.hex(text, digits: 8).map { UInt32(truncatingIfNeeded: $0) }
  }

  private static func enumeration(_ text: Span<UInt8>, _ meaning: KMIPTag) -> UInt32? {
    unsigned(text) ?? KMIPRegistry.value(camel: bytes(text), in: meaning)
  }

  private static func boolean(_ text: Span<UInt8>) -> Bool? {
    if let number = longInteger(text) { return number == 0 ? false : number == 1 ? true : nil }
    let word = bytes(text).map { $0 | 0x20 }
    if word.elementsEqual("true".utf8) { return true }
    return word.elementsEqual("false".utf8) ? false : nil
  }

  private static func dateTime(_ text: Span<UInt8>) -> Int64? {
    longInteger(text)
      ?? FormInstant.microseconds(text).map {
        let (seconds, rest) = $0.quotientAndRemainder(dividingBy: 1_000_000)
        return rest < 0 ? seconds - 1 : seconds
      }
  }

  private static func dateTimeExtended(_ text: Span<UInt8>) -> Int64? {
    longInteger(text) ?? FormInstant.microseconds(text)
  }

  private static func plainText(_ text: Span<UInt8>, _ tag: KMIPTag, to writer: inout TTLVWriter) -> Bool {
    for index in text.indices where text[index] == 0 { return false }
    writer.text(tag, utf8: text)
    return true
  }

  private static func bigInteger(_ text: Span<UInt8>, _ tag: KMIPTag, to writer: inout TTLVWriter) -> Bool {
    let digits = FormNumber.isHex(text) ? text.extracting(2..<text.count) : text
    guard var value = hexBytes(digits), !value.isEmpty else { return false }
    writer.bigInteger(tag, value)
    wipe(&value)
    return true
  }

  private static func byteString(_ text: Span<UInt8>, _ tag: KMIPTag, to writer: inout TTLVWriter) -> Bool {
    guard var value = hexBytes(text) else { return false }
    writer.byteString(tag, value)
    wipe(&value)
    return true
  }

  /// Long values are broken into lines here and there, so space between digits is skipped.
  private static func hexBytes(_ text: Span<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 2)
    var high: UInt8?
    for index in text.indices where !isSpace(text[index]) {
      guard let nibble = FormNumber.nibble(text[index]) else { return nil }
      if let first = high {
        result.append(first << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    return high == nil ? result : nil
  }

  private static func wipe(_ bytes: inout [UInt8]) {
    for index in bytes.indices { bytes[index] = 0 }
  }

  /// What is left without space around it.
  private static func trimmed(_ text: Span<UInt8>) -> Range<Int> {
    var start = 0
    var end = text.count
    while start < end, isSpace(text[start]) { start += 1 }
    while start < end, isSpace(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private static func bytes(_ text: Span<UInt8>) -> [UInt8] { [UInt8](copying: text) }
}
