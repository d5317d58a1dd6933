import KMSBytes

/// The names of the headers that a signature covers: sorted, distinct, in lower case, `host` among them.
struct SignedHeaders {
  /// Holds the names with a semicolon between any two, at `place`.
  private let bytes: [UInt8]
  private let place: Range<Int>

  /// The names with a semicolon between any two.
  var text: ArraySlice<UInt8> { bytes[place] }

  init(_ text: [UInt8]) throws(SigV4Refusal) { try self.init(text, text.startIndex..<text.endIndex) }

  /// - Parameter place: of the list in `bytes`.
  /// - Throws: `malformed`: `.signedHeaders`, `.hostNotSigned`, `.tooLarge`.
  init(_ bytes: [UInt8], _ place: Range<Int>) throws(SigV4Refusal) {
    self.bytes = bytes
    self.place = place
    var previous = place.lowerBound..<place.lowerBound
    var hasHost = false
    var count = 0
    try forEachName { (name: Range<Int>) throws(SigV4Refusal) in
      guard SignedHeaders.isName(bytes, name), SignedHeaders.precedes(bytes, previous, name) else {
        throw .malformed(.signedHeaders)
      }
      count += 1
      guard count <= Limits.signedHeaders else { throw .malformed(.tooLarge) }
      if AsciiWord.equal(bytes.span, name, "host") { hasHost = true }
      previous = name
    }
    guard hasHost else { throw .malformed(.hostNotSigned) }
  }

  /// All headers of a request that is going to be signed.
  init(allOf headers: FieldTable) throws(SigV4Refusal) {
    let names = Set(headers.fields.map { Array(headers.bytes[$0.name]) })
      .sorted { $0.lexicographicallyPrecedes($1) }
    try self.init(Array(names.joined(separator: CollectionOfOne(SignedHeaders.separator))))
  }

  /// Appends a line for each name: the name, a colon, the trimmed values with commas between.
  ///
  /// The lines of all headers that start with `x-amz-` must be among them: such headers say what the request does.
  /// - Throws: `signatureMismatch` when the request lacks a header of the list, `malformed(.headerNotSigned)`.
  func appendCanonical(of headers: FieldTable, to output: inout [UInt8]) throws(SigV4Refusal) {
    var binding = 0
    try forEachName { (name: Range<Int>) throws(SigV4Refusal) in
      let isBinding = SignedHeaders.isBinding(bytes.span.extracting(name))
      output.append(contentsOf: bytes[name])
      var mark = UInt8(ascii: ":")
      for field in headers.fields where field.name.count == name.count {
        guard SignedHeaders.same(headers.bytes, field.name, bytes, name) else { continue }
        output.append(mark)
        guard SignedHeaders.appendTrimmed(headers.bytes, field.value, to: &output) else {
          throw .signatureMismatch
        }
        mark = UInt8(ascii: ",")
        if isBinding { binding += 1 }
      }
      guard mark == UInt8(ascii: ",") else { throw .signatureMismatch }
      output.append(UInt8(ascii: "\n"))
    }
    // Each name stands once in the list, so equal counts mean that the same headers were counted.
    let demanded = headers.fields.count { SignedHeaders.isBinding(headers.bytes.span.extracting($0.name)) }
    guard binding == demanded else { throw .malformed(.headerNotSigned(firstUnsigned(of: headers))) }
  }

  private static let separator = UInt8(ascii: ";")

  private func firstUnsigned(of headers: FieldTable) -> String {
    let signed = text.split(separator: SignedHeaders.separator)
    let first = headers.fields.first { field in
      SignedHeaders.isBinding(headers.bytes.span.extracting(field.name))
        && !signed.contains { $0.elementsEqual(headers.bytes[field.name]) }
    }
    return first.map { headers.text($0.name) } ?? ""
  }

  private func forEachName(_ body: (Range<Int>) throws(SigV4Refusal) -> Void) throws(SigV4Refusal) {
    var start = place.lowerBound
    for index in place where bytes[index] == SignedHeaders.separator {
      try body(start..<index)
      start = index + 1
    }
    try body(start..<place.upperBound)
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

  private static func same(
    _ bytes: [UInt8], _ range: Range<Int>, _ others: [UInt8], _ other: Range<Int>
  ) -> Bool {
    for offset in 0..<range.count where bytes[range.lowerBound + offset] != others[other.lowerBound + offset]
    {
      return false
    }
    return true
  }

  /// Without blanks at either end, and each run of blanks within as one space.
  /// - Returns: false for a value with control characters, which could pass for further lines of the canonical request.
  private static func appendTrimmed(_ bytes: [UInt8], _ value: Range<Int>, to output: inout [UInt8]) -> Bool {
    // Whether the byte before was a blank, or there was none.
    var afterBlank = true
    var isTrimmed = true
    for index in value {
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
      output.append(contentsOf: bytes[value])
    } else {
      appendCollapsed(bytes.span.extracting(value), to: &output)
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
