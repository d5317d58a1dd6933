/// Base 64 with padding (RFC 4648 section 4), strict: no white space, canonical padding, unused bits zero.
///
/// Secrets pass through here, so digits are computed, not looked up: no memory access and no branch depends on them.
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
    let groups = length / 12
    if groups > 0 {
      let fault = unsafe text.withUnsafeBufferPointer { from in
        unsafe output.withUnsafeMutableBufferPointer { to in unsafe decode(from, to, groups: groups) }
      }
      bad = fault == .zero ? 0 : 0xff
    }
    var read = 16 * groups
    var written = 12 * groups
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

  /// Groups of sixteen digits, all at once. The caller has compared the counts.
  /// - Returns: zeros when all were digits.
  private static func decode(
    _ text: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, groups: Int
  ) -> SIMD16<UInt8> {
    guard let start = text.baseAddress, let end = output.baseAddress else { return .one }
    let from = unsafe UnsafeRawPointer(start)
    let to = UnsafeMutableRawPointer(end)
    var bad = SIMD16<UInt8>.zero
    for group in 0..<groups {
      let digits = unsafe from.loadUnaligned(fromByteOffset: 16 * group, as: SIMD16<UInt8>.self)
      let (values, fault) = Base64Lanes.values(digits)
      bad |= fault
      let halves = Base64Lanes.packed(values)
      for half in 0..<2 {
        let place = 12 * group + 6 * half
        unsafe to.storeBytes(
          of: UInt32(truncatingIfNeeded: halves[half] >> 16).bigEndian, toByteOffset: place, as: UInt32.self)
        unsafe to.storeBytes(
          of: UInt16(truncatingIfNeeded: halves[half]).bigEndian, toByteOffset: place + 4, as: UInt16.self)
      }
    }
    return bad
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
    let groups = bytes.count / 12
    if groups > 0 {
      unsafe bytes.withUnsafeBufferPointer { from in
        unsafe output.withUnsafeMutableBufferPointer { to in unsafe encode(from, to, groups: groups) }
      }
    }
    var read = 12 * groups
    var written = 16 * groups
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

  /// Groups of twelve bytes. See `decode`.
  private static func encode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, groups: Int
  ) {
    guard let start = bytes.baseAddress, let end = output.baseAddress else { return }
    let from = unsafe UnsafeRawPointer(start)
    let to = UnsafeMutableRawPointer(end)
    for group in 0..<groups {
      let place = 12 * group
      let first = unsafe from.loadUnaligned(fromByteOffset: place, as: UInt64.self).bigEndian >> 16
      let second = unsafe from.loadUnaligned(fromByteOffset: place + 4, as: UInt64.self).bigEndian
      let digits = Base64Lanes.digits(
        Base64Lanes.split(SIMD2(first, second & 0xffff_ffff_ffff)))
      unsafe to.storeBytes(of: digits, toByteOffset: 16 * group, as: SIMD16<UInt8>.self)
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
}
