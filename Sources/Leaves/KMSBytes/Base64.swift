/// Base 64 with padding (RFC 4648 section 4), strict: no white space, canonical padding, unused bits zero.
package enum Base64 {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 0xff, count: 256)
    for (value, digit) in alphabet.enumerated() { table[Int(digit)] = UInt8(value) }
    return table
  }()

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
    let table = values.span
    var bad: UInt8 = 0
    var read = 0
    var written = 0
    while length - written >= 3 {
      let a = table[Int(text[read])]
      let b = table[Int(text[read + 1])]
      let c = table[Int(text[read + 2])]
      let d = table[Int(text[read + 3])]
      bad |= a | b | c | d
      output[written] = a << 2 | (b >> 4 & 0x03)
      output[written + 1] = b << 4 | (c >> 2 & 0x0f)
      output[written + 2] = c << 6 | (d & 0x3f)
      read += 4
      written += 3
    }
    if length - written > 0 {
      let a = table[Int(text[read])]
      let b = table[Int(text[read + 1])]
      bad |= a | b
      output[written] = a << 2 | (b >> 4 & 0x03)
      if length - written == 2 {
        let c = table[Int(text[read + 2])]
        bad |= c | ((c & 0x03) == 0 ? 0 : 0x80)
        output[written + 1] = b << 4 | (c >> 2 & 0x0f)
      } else if b & 0x0f != 0 {
        bad |= 0x80
      }
    }
    return bad & 0xc0 == 0
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
    let digits = alphabet.span
    var read = 0
    var written = 0
    while bytes.count - read >= 3 {
      let a = bytes[read]
      let b = bytes[read + 1]
      let c = bytes[read + 2]
      output[written] = digits[Int(a >> 2)]
      output[written + 1] = digits[Int((a & 0x03) << 4 | b >> 4)]
      output[written + 2] = digits[Int((b & 0x0f) << 2 | c >> 6)]
      output[written + 3] = digits[Int(c & 0x3f)]
      read += 3
      written += 4
    }
    let left = bytes.count - read
    guard left > 0 else { return }
    let a = bytes[read]
    let b = left == 2 ? bytes[read + 1] : 0
    output[written] = digits[Int(a >> 2)]
    output[written + 1] = digits[Int((a & 0x03) << 4 | b >> 4)]
    output[written + 2] = left == 2 ? digits[Int((b & 0x0f) << 2)] : equals
    output[written + 3] = equals
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
}
