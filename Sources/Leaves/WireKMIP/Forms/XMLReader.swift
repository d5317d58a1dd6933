/// A strict reader of the part of XML 1.0 that messages are made of: elements with attributes, comments, space, the XML
/// declaration, character references and the five entities that need no declaration. No document type, no other processing
/// instruction, no text.
struct XMLReader {
  enum Event: Equatable {
    /// `isEmpty` elements have no end of their own.
    case start(name: Range<Int>, isEmpty: Bool)
    case end
    case finished
  }

  struct Attribute {
    let name: Range<Int>
    /// Between the quotes.
    let value: Range<Int>
    /// Something in it stands for something else.
    let isCoded: Bool
  }

  private static let attributesAtMost = 16

  let text: [UInt8]
  private(set) var at = 0
  /// Of the element that has just started.
  private(set) var attributes: [Attribute] = []
  private var open: [Range<Int>] = []
  private var hasRoot = false

  init(_ text: [UInt8]) throws(KMIPFormError) {
    self.text = text
    guard XMLReader.isUTF8(text.span) else { throw KMIPFormError(.malformedXML, at: 0) }
    if text.starts(with: [0xef, 0xbb, 0xbf]) { at = 3 }
    if starts("<?xml"), at + 5 < text.count, isSpace(text[at + 5]) { try declaration() }
  }

  private static func isUTF8(_ text: Span<UInt8>) -> Bool { (try? UTF8Span(validating: text)) != nil }

  mutating func next() throws(KMIPFormError) -> Event {
    while true {
      skipSpace()
      if at == text.count {
        guard hasRoot, open.isEmpty else { throw fault() }
        return .finished
      }
      if starts("<!--") {
        try comment()
      } else if starts("<!DOCTYPE") {
        throw KMIPFormError(.documentType, at: at)
      } else if starts("</") {
        try end()
        return .end
      } else {
        return try start()
      }
    }
  }

  func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    range.count == word.utf8CodeUnitCount && text[range].elementsEqual(word.description.utf8)
  }

  /// Adds an attribute's value, references resolved and space normalised, to the output.
  func append(_ attribute: Attribute, to output: inout [UInt8]) throws(KMIPFormError) {
    guard attribute.isCoded else {
      output.append(contentsOf: text[attribute.value])
      return
    }
    var at = attribute.value.lowerBound
    while at < attribute.value.upperBound {
      switch text[at] {
      case UInt8(ascii: "&"): try reference(&at, end: attribute.value.upperBound, to: &output)
      case 0x0d:
        // A line's end is one character, however it is written.
        if at + 1 < attribute.value.upperBound, text[at + 1] == 0x0a { at += 1 }
        output.append(0x20)
        at += 1
      case 0x09, 0x0a:
        output.append(0x20)
        at += 1
      default:
        output.append(text[at])
        at += 1
      }
    }
  }
}

// MARK: Elements

extension XMLReader {
  private mutating func start() throws(KMIPFormError) -> Event {
    guard text[at] == UInt8(ascii: "<"), !open.isEmpty || !hasRoot else { throw fault() }
    at += 1
    let name = try name()
    try readAttributes()
    hasRoot = true
    if starts("/>") {
      at += 2
      return .start(name: name, isEmpty: true)
    }
    guard starts(">") else { throw fault() }
    at += 1
    open.append(name)
    return .start(name: name, isEmpty: false)
  }

  private mutating func end() throws(KMIPFormError) {
    at += 2
    let name = try name()
    guard let started = open.popLast(), text[started].elementsEqual(text[name]) else { throw fault() }
    skipSpace()
    guard starts(">") else { throw fault() }
    at += 1
  }

  private mutating func readAttributes() throws(KMIPFormError) {
    attributes.removeAll(keepingCapacity: true)
    while true {
      let before = at
      skipSpace()
      guard at < text.count, XMLReader.startsName(text[at]) else { return }
      guard at > before, attributes.count < XMLReader.attributesAtMost else { throw fault() }
      let name = try name()
      for other in attributes where text[other.name].elementsEqual(text[name]) { throw fault() }
      skipSpace()
      guard starts("=") else { throw fault() }
      at += 1
      skipSpace()
      attributes.append(try value(of: name))
    }
  }

  private mutating func value(of name: Range<Int>) throws(KMIPFormError) -> Attribute {
    guard at < text.count, text[at] == UInt8(ascii: "\"") || text[at] == UInt8(ascii: "'") else {
      throw fault()
    }
    let quote = text[at]
    at += 1
    let start = at
    var isCoded = false
    while at < text.count, text[at] != quote {
      switch text[at] {
      case UInt8(ascii: "&"), 0x09, 0x0a, 0x0d: isCoded = true
      case UInt8(ascii: "<"), 0..<0x20: throw fault()
      default: break
      }
      at += 1
    }
    guard at < text.count else { throw fault() }
    at += 1
    return Attribute(name: name, value: start..<at - 1, isCoded: isCoded)
  }

  private mutating func name() throws(KMIPFormError) -> Range<Int> {
    let start = at
    guard at < text.count, XMLReader.startsName(text[at]) else { throw fault() }
    while at < text.count, XMLReader.continuesName(text[at]) { at += 1 }
    return start..<at
  }

  /// Names in messages are ASCII.
  private static func startsName(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
  }

  private static func continuesName(_ byte: UInt8) -> Bool {
    startsName(byte) || byte &- 0x30 < 10 || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }
}

// MARK: Everything else

extension XMLReader {
  private mutating func declaration() throws(KMIPFormError) {
    at += 5
    try readAttributes()
    guard starts("?>"), let version = attributes.first, equals(version.name, "version"),
      equals(version.value, "1.0")
    else { throw fault() }
    for attribute in attributes.dropFirst() {
      if equals(attribute.name, "encoding") {
        let name = text[attribute.value].map { $0 | 0x20 }
        guard name.elementsEqual("utf-8".utf8) || name.elementsEqual("us-ascii".utf8) else { throw fault() }
      } else {
        guard equals(attribute.name, "standalone") else { throw fault() }
      }
    }
    at += 2
  }

  private mutating func comment() throws(KMIPFormError) {
    at += 4
    while at < text.count, !starts("--") {
      guard text[at] >= 0x20 || isSpace(text[at]) else { throw fault() }
      at += 1
    }
    guard starts("-->") else { throw fault() }
    at += 3
  }

  /// `&amp;` or `&#937;` or `&#x3a9;`; `at` moves behind it.
  private func reference(
    _ at: inout Int, end: Int, to output: inout [UInt8]
  ) throws(KMIPFormError) {
    let start = at + 1
    guard let semicolon = text[start..<min(end, start + 10)].firstIndex(of: UInt8(ascii: ";")) else {
      throw KMIPFormError(.malformedXML, at: at)
    }
    let name = start..<semicolon
    if let scalar = entity(name) ?? character(name) {
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    } else {
      throw KMIPFormError(.malformedXML, at: at)
    }
    at = semicolon + 1
  }

  private func entity(_ name: Range<Int>) -> Unicode.Scalar? {
    if equals(name, "amp") { return "&" }
    if equals(name, "lt") { return "<" }
    if equals(name, "gt") { return ">" }
    if equals(name, "quot") { return "\"" }
    return equals(name, "apos") ? "'" : nil
  }

  private func character(_ name: Range<Int>) -> Unicode.Scalar? {
    guard name.count > 1, text[name.lowerBound] == UInt8(ascii: "#") else { return nil }
    let isHex = text[name.lowerBound + 1] == UInt8(ascii: "x")
    let digits = text[name.lowerBound + (isHex ? 2 : 1)..<name.upperBound]
    guard digits.allSatisfy({ FormNumber.nibble($0) != nil }),
      let number = UInt32(String(decoding: digits, as: UTF8.self), radix: isHex ? 16 : 10),
      let scalar = Unicode.Scalar(number), XMLReader.isCharacter(scalar)
    else { return nil }
    return scalar
  }

  /// What XML 1.0 has as characters at all.
  static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0a, 0x0d: true
    case 0..<0x20, 0xfffe, 0xffff: false
    default: true
    }
  }

  private mutating func skipSpace() {
    while at < text.count, isSpace(text[at]) { at += 1 }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private func starts(_ word: StaticString) -> Bool { text[at...].starts(with: word.description.utf8) }

  private func fault() -> KMIPFormError { KMIPFormError(.malformedXML, at: at) }
}
