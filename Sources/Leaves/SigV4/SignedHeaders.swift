/// The names of the headers that a signature covers: sorted, distinct, in lower case, `host` among them.
struct SignedHeaders {
  /// The names with a semicolon between any two.
  let text: [UInt8]

  /// - Throws: `malformed`: `.signedHeaders`, `.hostNotSigned`, `.tooLarge`.
  init(_ text: [UInt8]) throws(SigV4Refusal) {
    self.text = text
    var previous = 0..<0
    var hasHost = false
    var count = 0
    try forEachName { (name: Range<Int>) throws(SigV4Refusal) in
      guard SignedHeaders.isName(text, name), SignedHeaders.precedes(text, previous, name) else {
        throw .malformed(.signedHeaders)
      }
      count += 1
      guard count <= Limits.signedHeaders else { throw .malformed(.tooLarge) }
      if name.count == 4, SignedHeaders.matches("host", text, name) { hasHost = true }
      previous = name
    }
    guard hasHost else { throw .malformed(.hostNotSigned) }
  }

  /// All headers of a request that is going to be signed.
  init(allOf headers: [(name: String, value: String)]) throws(SigV4Refusal) {
    let names = Set(headers.map { Array($0.name.utf8) }).sorted { $0.lexicographicallyPrecedes($1) }
    try self.init(Array(names.joined(separator: CollectionOfOne(SignedHeaders.separator))))
  }

  /// Appends a line for each name: the name, a colon, the trimmed values with commas between.
  ///
  /// The lines of all headers that start with `x-amz-` must be among them: such headers say what the request does.
  /// - Throws: `signatureMismatch` when the request lacks a header of the list, `malformed(.headerNotSigned)`.
  func appendCanonical(
    of headers: [(name: String, value: String)], to output: inout [UInt8]
  ) throws(SigV4Refusal) {
    var binding = 0
    // Lengths settle nearly every comparison of names without a look at the strings.
    let lengths = headers.map { $0.name.utf8.count }
    try forEachName { (name: Range<Int>) throws(SigV4Refusal) in
      let isBinding = SignedHeaders.isBinding(text, name)
      output.append(contentsOf: text[name])
      var mark = UInt8(ascii: ":")
      for index in lengths.indices where lengths[index] == name.count {
        guard SignedHeaders.matches(headers[index].name, text, name) else { continue }
        output.append(mark)
        guard SignedHeaders.appendTrimmed(headers[index].value, to: &output) else { throw .signatureMismatch }
        mark = UInt8(ascii: ",")
        if isBinding { binding += 1 }
      }
      guard mark == UInt8(ascii: ",") else { throw .signatureMismatch }
      output.append(UInt8(ascii: "\n"))
    }
    // Each name stands once in the list, so equal counts mean that the same headers were counted.
    let demanded = headers.count { SignedHeaders.isBinding($0.name) }
    guard binding == demanded else { throw .malformed(.headerNotSigned(firstUnsigned(of: headers))) }
  }

  private static let separator = UInt8(ascii: ";")

  private func firstUnsigned(of headers: [(name: String, value: String)]) -> String {
    let signed = text.split(separator: SignedHeaders.separator)
    let first = headers.first { header in
      SignedHeaders.isBinding(header.name)
        && !signed.contains { $0.elementsEqual(header.name.utf8) }
    }
    return first?.name ?? ""
  }

  private func forEachName(_ body: (Range<Int>) throws(SigV4Refusal) -> Void) throws(SigV4Refusal) {
    var start = 0
    for index in text.indices where text[index] == SignedHeaders.separator {
      try body(start..<index)
      start = index + 1
    }
    try body(start..<text.count)
  }

  private static func isName(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    guard !range.isEmpty else { return false }
    for index in range where !isNameCharacter(text[index]) { return false }
    return true
  }

  /// A character of a header name (RFC 9110 section 5.6.2) other than a capital letter.
  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    Ascii.isLower(byte) || byte == UInt8(ascii: "-") || Ascii.isDigit(byte) || marks.contains(byte)
  }

  private static let marks = Array("!#$%&'*+.^_`|~".utf8)

  private static func isBinding(_ name: String) -> Bool { isBinding(name.utf8.span) }

  private static func isBinding(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    isBinding(text.span.extracting(range))
  }

  /// Starts with `x-amz-`; spelled out, for every header passes here.
  private static func isBinding(_ name: Span<UInt8>) -> Bool {
    name.count > 6 && name[0] == UInt8(ascii: "x") && name[1] == UInt8(ascii: "-")
      && name[2] == UInt8(ascii: "a") && name[3] == UInt8(ascii: "m") && name[4] == UInt8(ascii: "z")
      && name[5] == UInt8(ascii: "-")
  }

  private static func precedes(_ text: [UInt8], _ one: Range<Int>, _ other: Range<Int>) -> Bool {
    for offset in 0..<min(one.count, other.count) {
      let left = text[one.lowerBound + offset]
      let right = text[other.lowerBound + offset]
      if left != right { return left < right }
    }
    return one.count < other.count
  }

  private static func matches(_ name: String, _ text: [UInt8], _ range: Range<Int>) -> Bool {
    let bytes = name.utf8.span
    guard bytes.count == range.count else { return false }
    for index in bytes.indices where bytes[index] != text[range.lowerBound + index] { return false }
    return true
  }

  /// Without blanks at either end, and each run of blanks within as one space.
  /// - Returns: false for a value with control characters, which could pass for further lines of the canonical request.
  private static func appendTrimmed(_ value: String, to output: inout [UInt8]) -> Bool {
    let bytes = value.utf8.span
    // Whether the byte before was a blank, or there was none.
    var afterBlank = true
    var isTrimmed = true
    for index in bytes.indices {
      let byte = bytes[index]
      if byte > 0x20 {
        afterBlank = false
      } else {
        guard Ascii.isBlank(byte) else { return false }
        if afterBlank || byte != 0x20 { isTrimmed = false }
        afterBlank = true
      }
    }
    if isTrimmed, !afterBlank {
      output.append(contentsOf: value.utf8)
    } else {
      appendCollapsed(bytes, to: &output)
    }
    return true
  }

  private static func appendCollapsed(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    var pending = false
    var started = false
    for index in bytes.indices {
      let byte = bytes[index]
      if Ascii.isBlank(byte) {
        pending = started
        continue
      }
      if pending { output.append(UInt8(ascii: " ")) }
      output.append(byte)
      pending = false
      started = true
    }
  }
}
