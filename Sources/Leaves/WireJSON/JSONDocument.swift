package import KMSBytes

/// A JSON text (RFC 8259), read strictly and once: no duplicate members, no trailing bytes, well-formed UTF-8, bounded
/// depth. Values are views into the text; nothing is copied until it is asked for.
///
/// The text may hold secrets, so it is wiped when the document goes away.
package final class JSONDocument: Sendable {
  /// What a reader allows, checked while reading.
  package struct Limits: Sendable {
    package let depth: Int
    /// Values and member names together.
    package let nodes: Int

    package init(depth: Int, nodes: Int) {
      self.depth = depth
      self.nodes = nodes
    }
  }

  struct Node: Sendable {
    enum Kind: UInt8, Sendable {
      case null, yes, no, number, string, array, object
    }

    var kind: Kind
    /// Strings: whether the text between the quotes has escapes.
    var hasEscapes = false
    /// Of the text, without quotes and with brackets; unused for words.
    var start: Int32 = 0
    var end: Int32 = 0
    /// Members or elements.
    var count: Int32 = 0
    /// The node that follows this one and everything in it.
    var next: Int32 = 0
  }

  private let text: WipedBytes
  let nodes: [Node]

  /// - Throws: `JSONError` with the position of the first fault.
  package init(_ text: WipedBytes, limits: Limits) throws(JSONError) {
    nodes = try text.withArray { (bytes: [UInt8]) throws(JSONError) in
      try JSONReader.read(bytes, limits: limits)
    }
    self.text = text
  }

  /// For texts that nobody else holds.
  package convenience init(_ text: consuming [UInt8], limits: Limits) throws(JSONError) {
    try self.init(WipedBytes(text), limits: limits)
  }

  package var root: JSONValue { JSONValue(self, 0) }

  func withText<Result>(_ node: Node, _ body: (Span<UInt8>) -> Result) -> Result {
    text.withBytes { body($0.extracting(Int(node.start)..<Int(node.end))) }
  }
}

/// Where and why a text isn't JSON as we read it.
package struct JSONError: Error, Equatable, Sendable {
  package enum Reason: Sendable {
    case unexpectedEnd
    case unexpectedByte
    case malformedNumber
    case malformedString
    case duplicateMember
    case tooDeep
    case tooMany
    case trailingBytes
  }

  package let reason: Reason
  /// Offset in bytes.
  package let position: Int
}

/// One value of a document.
package struct JSONValue: Sendable {
  private let document: JSONDocument
  private let index: Int32

  init(_ document: JSONDocument, _ index: Int32) {
    self.document = document
    self.index = index
  }

  private var node: JSONDocument.Node { document.nodes[Int(index)] }

  package enum Kind: Sendable {
    case null
    case bool
    case number
    case string
    case array
    case object
  }

  package var kind: Kind {
    switch node.kind {
    case .null: .null
    case .yes, .no: .bool
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  package var isNull: Bool { node.kind == .null }

  package var bool: Bool? {
    switch node.kind {
    case .yes: true
    case .no: false
    case .null, .number, .string, .array, .object: nil
    }
  }

  /// The text of a string, escapes resolved.
  package var string: String? {
    let node = node
    guard node.kind == .string else { return nil }
    return document.withText(node) { text in JSONStrings.decode(text, hasEscapes: node.hasEscapes) }
  }

  /// The number as it stands in the text.
  package var numberText: String? {
    let node = node
    guard node.kind == .number else { return nil }
    return document.withText(node) { text in JSONStrings.decode(text, hasEscapes: false) }
  }

  /// A whole number without fraction or exponent that fits.
  package var integer: Int64? { numberText.flatMap { Int64($0) } }

  /// Any number; the nearest double.
  package var double: Double? { numberText.flatMap { Double($0) } }

  /// Lends the bytes of a string that has no escapes; nil for other strings and other kinds. For base 64.
  package func withPlainBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
    let node = node
    guard node.kind == .string, !node.hasEscapes else { return nil }
    return document.withText(node, body)
  }

  /// Lends the bytes of a string, escapes resolved, for a secret: what escapes make necessary is wiped, and no `String` holds it. nil
  /// for other kinds.
  package func withSecretText<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
    let node = node
    guard node.kind == .string else { return nil }
    return document.withText(node) { text -> Result? in
      guard node.hasEscapes else { return body(text) }
      return JSONStrings.unescape(text).map { WipedBytes($0).withBytes(body) }
    }
  }

  /// Where an object or array stands in the text, in bytes, with its brackets; nil for other kinds.
  package var place: Range<Int>? {
    let node = node
    return node.kind == .object || node.kind == .array ? Int(node.start)..<Int(node.end) : nil
  }

  /// Where the text of a string stands, in bytes, between its quotes; nil for other kinds.
  package var textPlace: Range<Int>? {
    let node = node
    return node.kind == .string ? Int(node.start)..<Int(node.end) : nil
  }

  /// The text of an object or array as it stands in the document; empty for other kinds.
  package var containerText: [UInt8] {
    place == nil ? [] : document.withText(node) { [UInt8](copying: $0) }
  }

  /// Members of an object or elements of an array; 0 for other kinds.
  package var count: Int { Int(node.count) }

  /// The member of that name; nil when there is none or this isn't an object.
  package subscript(name: String) -> JSONValue? {
    let node = node
    guard node.kind == .object else { return nil }
    let nodes = document.nodes
    var at = index + 1
    for _ in 0..<node.count {
      let label = nodes[Int(at)]
      // Nearly every name that isn't the one has another length.
      if label.hasEscapes || Int(label.end - label.start) == name.utf8.count,
        document.withText(label, { JSONStrings.equal($0, hasEscapes: label.hasEscapes, name) })
      {
        return JSONValue(document, at + 1)
      }
      at = nodes[Int(at) + 1].next
    }
    return nil
  }

  /// The members of an object in the order of the text; empty for other kinds.
  package var members: [(name: String, value: JSONValue)] {
    var result: [(name: String, value: JSONValue)] = []
    result.reserveCapacity(count)
    forEachMember { name, value in result.append((name, value)) }
    return result
  }

  /// The members of an object in the order of the text; none for other kinds.
  package func forEachMember<Failure: Error>(
    _ body: (String, JSONValue) throws(Failure) -> Void
  ) throws(Failure) {
    guard node.kind == .object else { return }
    var at = index + 1
    for _ in 0..<node.count {
      let label = document.nodes[Int(at)]
      let name = document.withText(label) { JSONStrings.decode($0, hasEscapes: label.hasEscapes) }
      try body(name, JSONValue(document, at + 1))
      at = document.nodes[Int(at) + 1].next
    }
  }

  /// The elements of an array; empty for other kinds.
  package var elements: [JSONValue] {
    guard node.kind == .array else { return [] }
    var result: [JSONValue] = []
    result.reserveCapacity(count)
    var at = index + 1
    for _ in 0..<node.count {
      result.append(JSONValue(document, at))
      at = document.nodes[Int(at)].next
    }
    return result
  }
}
