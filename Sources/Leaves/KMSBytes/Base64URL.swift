/// Base 64 for URLs without padding (RFC 7515 section 2), strict: one text for each sequence of bytes.
extension Base64 {
  package static func urlString(_ bytes: [UInt8]) -> String {
    var letters: [UInt8] = []
    appendURL(bytes.span, to: &letters)
    return String(decoding: letters, as: UTF8.self)
  }

  package static func appendURL(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    let start = output.count
    append(bytes, to: &output)
    while output.count > start, output.last == UInt8(ascii: "=") { output.removeLast() }
    for place in start..<output.count {
      if output[place] == UInt8(ascii: "+") { output[place] = UInt8(ascii: "-") }
      if output[place] == UInt8(ascii: "/") { output[place] = UInt8(ascii: "_") }
    }
  }

  /// The number of bytes that well-formed text decodes to; nil when the length can't be right.
  package static func decodedURLLength(_ text: Span<UInt8>) -> Int? {
    let rest = text.count % 4
    return rest == 1 ? nil : text.count / 4 * 3 + (rest == 0 ? 0 : rest - 1)
  }

  /// Decodes into memory of exactly `decodedURLLength` bytes; false when the text is malformed (the memory then holds a part of it).
  package static func decodeURL(_ text: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Bool {
    var letters: [UInt8] = []
    letters.reserveCapacity(text.count + 2)
    var isFromElsewhere = false
    for place in text.indices {
      let letter = text[place]
      isFromElsewhere =
        isFromElsewhere || letter == UInt8(ascii: "+") || letter == UInt8(ascii: "/")
        || letter == UInt8(ascii: "=")
      let isMinus = letter == UInt8(ascii: "-")
      let isLine = letter == UInt8(ascii: "_")
      letters.append(isMinus ? UInt8(ascii: "+") : isLine ? UInt8(ascii: "/") : letter)
    }
    while !letters.count.isMultiple(of: 4) { letters.append(UInt8(ascii: "=")) }
    // The letters of a secret are the secret.
    let copy = WipedBytes(letters)
    letters = []
    guard !isFromElsewhere else { return false }
    return copy.withBytes { decode($0, into: &output) }
  }

  /// - Returns: nil for malformed text.
  package static func urlBytes(_ text: Span<UInt8>) -> [UInt8]? {
    guard let count = decodedURLLength(text) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    var room = bytes.mutableSpan
    return decodeURL(text, into: &room) ? bytes : nil
  }
}
