/// Base 64 with padding (RFC 4648 section 4), strict: no white space, canonical padding, unused bits zero.
///
/// Secrets pass through here, so digits are computed, not looked up: no memory access and no branch depends on them. A
/// block of digits is mapped at once, which the compiler turns into vector code.
package enum Base64 {
  package static func encodedLength(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// The number of bytes that well-formed text decodes to; nil when the length or the padding can't be right.
  package static func decodedLength(_ text: Span<UInt8>) -> Int? {
    guard text.count.isMultiple(of: 4) else { return nil }
    guard text.count > 0 else { return 0 }
    let padding = text[text.count - 1] != equals ? 0 : text[text.count - 2] != equals ? 1 : 2
    return text.count / 4 * 3 - padding
  }

  /// Decodes into memory of exactly `decodedLength` bytes; false when the text is malformed (the memory then holds
  /// a part of it).
  package static func decode(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Bool {
    guard let length = decodedLength(text), length == output.count else { return false }
    var bad: UInt8 = 0
    let blocks = length / 48
    if blocks > 0 {
      bad = unsafe text.withUnsafeBufferPointer { from in
        unsafe output.withUnsafeMutableBufferPointer { to in unsafe decode(from, to, blocks: blocks) }
      }
    }
    var read = 64 * blocks
    var written = 48 * blocks
    while length - written >= 3 {
      let a = value(text[read])
      let b = value(text[read + 1])
      let c = value(text[read + 2])
      let d = value(text[read + 3])
      bad |= a | b | c | d
      output[written] = a << 2 | (b >> 4 & 0x03)
      output[written + 1] = b << 4 | (c >> 2 & 0x0f)
      output[written + 2] = c << 6 | (d & 0x3f)
      read += 4
      written += 3
    }
    if length - written > 0 {
      bad |= decodeTail(text.extracting(read...), into: &output, at: written)
    }
    return bad & 0xc0 == 0
  }

  /// Blocks of 64 digits. The caller has compared the counts; without a check at each access the compiler maps many digits
  /// with one instruction.
  private static func decode(
    _ text: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, blocks: Int
  ) -> UInt8 {
    guard let from = text.baseAddress, let to = output.baseAddress else { return 0xff }
    var bad: UInt8 = 0
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { values in
      guard let value = values.baseAddress else { return }
      for block in 0..<blocks {
        let digits = unsafe from + 64 * block
        for index in 0..<64 { unsafe value[index] = self.value(digits[index]) }
        for index in 0..<64 { unsafe bad |= value[index] }
        for group in 0..<16 {
          let four = unsafe value + 4 * group
          let three = unsafe to + 48 * block + 3 * group
          unsafe three[0] = four[0] << 2 | (four[1] >> 4 & 0x03)
          unsafe three[1] = four[1] << 4 | (four[2] >> 2 & 0x0f)
          unsafe three[2] = four[2] << 6 | (four[3] & 0x3f)
        }
      }
      unsafe wipe(values)
    }
    return bad
  }

  /// The last group, with one or two padding characters.
  /// - Returns: a value above 63 when something is wrong.
  private static func decodeTail(
    _ text: Span<UInt8>, into output: inout MutableSpan<UInt8>, at written: Int
  ) -> UInt8 {
    let a = value(text[0])
    let b = value(text[1])
    output[written] = a << 2 | (b >> 4 & 0x03)
    guard output.count - written == 2 else { return a | b | (b & 0x0f == 0 ? 0 : 0x80) }
    let c = value(text[2])
    output[written + 1] = b << 4 | (c >> 2 & 0x0f)
    return a | b | c | (c & 0x03 == 0 ? 0 : 0x80)
  }

  package static func bytes(_ text: Span<UInt8>) -> [UInt8]? {
    guard let length = decodedLength(text) else { return nil }
    var result = [UInt8](repeating: 0, count: length)
    var room = result.mutableSpan
    return decode(text, into: &room) ? result : nil
  }

  package static func bytes(_ text: String) -> [UInt8]? {
    let utf8 = [UInt8](text.utf8)
    return bytes(utf8.span)
  }

  /// Encodes into memory of exactly `encodedLength(bytes.count)` bytes.
  package static func encode(_ bytes: Span<UInt8>, into output: inout MutableSpan<UInt8>) {
    precondition(output.count == encodedLength(bytes.count), "the caller sizes the output with encodedLength")
    let blocks = bytes.count / 48
    if blocks > 0 {
      unsafe bytes.withUnsafeBufferPointer { from in
        unsafe output.withUnsafeMutableBufferPointer { to in unsafe encode(from, to, blocks: blocks) }
      }
    }
    var read = 48 * blocks
    var written = 64 * blocks
    while bytes.count - read >= 3 {
      let a = bytes[read]
      let b = bytes[read + 1]
      let c = bytes[read + 2]
      output[written] = digit(a >> 2)
      output[written + 1] = digit((a & 0x03) << 4 | b >> 4)
      output[written + 2] = digit((b & 0x0f) << 2 | c >> 6)
      output[written + 3] = digit(c & 0x3f)
      read += 3
      written += 4
    }
    let left = bytes.count - read
    guard left > 0 else { return }
    let a = bytes[read]
    let b = left == 2 ? bytes[read + 1] : 0
    output[written] = digit(a >> 2)
    output[written + 1] = digit((a & 0x03) << 4 | b >> 4)
    output[written + 2] = left == 2 ? digit((b & 0x0f) << 2) : equals
    output[written + 3] = equals
  }

  /// Blocks of 48 bytes: first the values of the digits, then the digits in their place. See `decode`.
  private static func encode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, blocks: Int
  ) {
    guard let from = bytes.baseAddress, let to = output.baseAddress else { return }
    for block in 0..<blocks {
      let digits = unsafe to + 64 * block
      for group in 0..<16 {
        let three = unsafe from + 48 * block + 3 * group
        let four = unsafe digits + 4 * group
        unsafe four[0] = three[0] >> 2
        unsafe four[1] = (three[0] & 0x03) << 4 | three[1] >> 4
        unsafe four[2] = (three[1] & 0x0f) << 2 | three[2] >> 6
        unsafe four[3] = three[2] & 0x3f
      }
      for index in 0..<64 { unsafe digits[index] = digit(digits[index]) }
    }
  }

  /// Appends the encoded form.
  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: encodedLength(bytes.count)))
    unsafe output.withUnsafeMutableBufferPointer { whole in
      let tail = unsafe UnsafeMutableBufferPointer(rebasing: whole[start...])
      var room = unsafe tail.mutableSpan
      encode(bytes, into: &room)
    }
  }

  package static func string(_ bytes: Span<UInt8>) -> String {
    var output: [UInt8] = []
    append(bytes, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  package static func string(_ bytes: [UInt8]) -> String { string(bytes.span) }

  private static let equals = UInt8(ascii: "=")

  /// The digit of a value below 64: letters, small letters, numerals, plus, slash follow one another, and each boundary
  /// that the value has passed moves it on.
  @inline(__always)
  private static func digit(_ value: UInt8) -> UInt8 {
    // 1 when the value is above the bound.
    let small = (value &+ (127 - 25)) >> 7
    let numeral = (value &+ (127 - 51)) >> 7
    let plus = (value &+ (127 - 61)) >> 7
    let slash = (value &+ (127 - 62)) >> 7
    return value &+ 65 &+ small &* 6 &- numeral &* 75 &- plus &* 15 &+ slash &* 3
  }

  /// The value of a digit, 255 for anything else. Each class contributes its value plus one, the others nothing.
  @inline(__always)
  private static func value(_ digit: UInt8) -> UInt8 {
    let capital = digit &- 65 < 26 ? digit &- 64 : 0
    let small = digit &- 97 < 26 ? digit &- 70 : 0
    let numeral = digit &- 48 < 10 ? digit &+ 5 : 0
    let plus: UInt8 = digit == 43 ? 63 : 0
    let slash: UInt8 = digit == 47 ? 64 : 0
    return (capital | small | numeral | plus | slash) &- 1
  }

  /// Out of line, so that the stores are not removed as dead.
  @inline(never)
  private static func wipe(_ values: UnsafeMutableBufferPointer<UInt8>) {
    for index in values.indices { unsafe values[index] = 0 }
  }
}
