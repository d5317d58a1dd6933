import KMSBytes

/// Reads a text into nodes: one pass, recursion bounded by the depth limit.
struct JSONReader {
  private let text: [UInt8]
  private let limits: JSONDocument.Limits
  private var at = 0
  private var nodes: [JSONDocument.Node] = []

  static func read(_ text: [UInt8], limits: JSONDocument.Limits) throws(JSONError) -> [JSONDocument.Node] {
    var reader = JSONReader(text: text, limits: limits)
    reader.nodes.reserveCapacity(32)
    reader.skipSpace()
    try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.at == text.count else { throw reader.fault(.trailingBytes) }
    return reader.nodes
  }

  private init(text: [UInt8], limits: JSONDocument.Limits) {
    self.text = text
    self.limits = limits
  }

  private func fault(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, position: at) }

  private mutating func skipSpace() {
    while at < text.count {
      switch text[at] {
      case 0x20, 0x09, 0x0a, 0x0d: at += 1
      default: return
      }
    }
  }

  private func peek() throws(JSONError) -> UInt8 {
    guard at < text.count else { throw fault(.unexpectedEnd) }
    return text[at]
  }

  private mutating func append(_ kind: JSONDocument.Node.Kind) throws(JSONError) -> Int {
    guard nodes.count < limits.nodes, text.count <= Int32.max else { throw fault(.tooMany) }
    nodes.append(JSONDocument.Node(kind: kind))
    return nodes.count - 1
  }

  private mutating func close(_ index: Int) { nodes[index].next = Int32(truncatingIfNeeded: nodes.count) }

  private mutating func value(depth: Int) throws(JSONError) {
    switch try peek() {
    case UInt8(ascii: "{"): try object(depth: depth)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try literal("true", .yes)
    case UInt8(ascii: "f"): try literal("false", .no)
    case UInt8(ascii: "n"): try literal("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: try number()
    default: throw fault(.unexpectedByte)
    }
  }

  private mutating func literal(_ word: String, _ kind: JSONDocument.Node.Kind) throws(JSONError) {
    let index = try append(kind)
    for byte in word.utf8 {
      guard try peek() == byte else { throw fault(.unexpectedByte) }
      at += 1
    }
    close(index)
  }

  private mutating func object(depth: Int) throws(JSONError) {
    guard depth < limits.depth else { throw fault(.tooDeep) }
    let index = try append(.object)
    nodes[index].start = Int32(truncatingIfNeeded: at)
    at += 1
    skipSpace()
    var names = MemberNames()
    if try peek() == UInt8(ascii: "}") {
      at += 1
      nodes[index].end = Int32(truncatingIfNeeded: at)
    } else {
      while true {
        guard try peek() == UInt8(ascii: "\"") else { throw fault(.unexpectedByte) }
        let name = nodes.count
        try string()
        guard names.insert(name, nodes: nodes, text: text) else { throw fault(.duplicateMember) }
        nodes[index].count += 1
        skipSpace()
        guard try peek() == UInt8(ascii: ":") else { throw fault(.unexpectedByte) }
        at += 1
        skipSpace()
        try value(depth: depth + 1)
        if try endOfContainer(UInt8(ascii: "}"), of: index) { break }
      }
    }
    close(index)
  }

  private mutating func array(depth: Int) throws(JSONError) {
    guard depth < limits.depth else { throw fault(.tooDeep) }
    let index = try append(.array)
    nodes[index].start = Int32(truncatingIfNeeded: at)
    at += 1
    skipSpace()
    if try peek() == UInt8(ascii: "]") {
      at += 1
      nodes[index].end = Int32(truncatingIfNeeded: at)
    } else {
      while true {
        try value(depth: depth + 1)
        nodes[index].count += 1
        if try endOfContainer(UInt8(ascii: "]"), of: index) { break }
      }
    }
    close(index)
  }

  /// After a member or element: true at the end, false after a comma.
  private mutating func endOfContainer(_ bracket: UInt8, of index: Int) throws(JSONError) -> Bool {
    skipSpace()
    let byte = try peek()
    guard byte == bracket || byte == UInt8(ascii: ",") else { throw fault(.unexpectedByte) }
    at += 1
    if byte == bracket {
      nodes[index].end = Int32(truncatingIfNeeded: at)
      return true
    }
    skipSpace()
    return false
  }

  private mutating func number() throws(JSONError) {
    let index = try append(.number)
    let start = at
    if text[at] == UInt8(ascii: "-") { at += 1 }
    let whole = digits()
    guard whole > 0 else { throw fault(.malformedNumber) }
    guard whole == 1 || text[at - whole] != UInt8(ascii: "0") else { throw fault(.malformedNumber) }
    if at < text.count, text[at] == UInt8(ascii: ".") {
      at += 1
      guard digits() > 0 else { throw fault(.malformedNumber) }
    }
    if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
      guard digits() > 0 else { throw fault(.malformedNumber) }
    }
    nodes[index].start = Int32(truncatingIfNeeded: start)
    nodes[index].end = Int32(truncatingIfNeeded: at)
    close(index)
  }

  private mutating func digits() -> Int {
    let start = at
    while at < text.count, (0x30...0x39).contains(text[at]) { at += 1 }
    return at - start
  }

  private mutating func string() throws(JSONError) {
    let index = try append(.string)
    at += 1
    let start = at
    let found = JSONReader.scan(text, from: start)
    at = found.end
    guard at < text.count else { throw fault(.unexpectedEnd) }
    guard text[at] == UInt8(ascii: "\""), found.isWellFormed else { throw fault(.malformedString) }
    nodes[index].start = Int32(truncatingIfNeeded: start)
    nodes[index].end = Int32(truncatingIfNeeded: at)
    nodes[index].hasEscapes = found.hasEscapes
    at += 1
    close(index)
  }

  private struct Scanned {
    /// The closing quote, a control character, or the end of the text.
    let end: Int
    let hasEscapes: Bool
    let isWellFormed: Bool
  }

  private static func scan(_ text: [UInt8], from start: Int) -> Scanned {
    let text = text.span
    var at = start
    var seen: UInt8 = 0
    var hasEscapes = false
    while true {
      at = StringScan.end(of: text, from: at, seen: &seen)
      guard at < text.count, text[at] == UInt8(ascii: "\\") else { break }
      hasEscapes = true
      // Whatever is escaped is no end; what may be escaped is judged below.
      if at + 1 < text.count { seen |= text[at + 1] }
      at += 2
    }
    let end = min(at, text.count)
    let isPlain = !hasEscapes && seen < 0x80
    return Scanned(
      end: end, hasEscapes: hasEscapes,
      isWellFormed: isPlain || JSONStrings.isWellFormed(text.extracting(start..<end)))
  }
}

/// Finds a name that occurs twice. Few names are compared one with another, many through a set.
private struct MemberNames {
  private static let fewest = 16
  private var few = InlineArray<16, Int>(repeating: 0)
  private var count = 0
  private var many: Set<[UInt8]>?

  /// False when the name was there.
  mutating func insert(_ index: Int, nodes: [JSONDocument.Node], text: [UInt8]) -> Bool {
    if many == nil, count < MemberNames.fewest {
      for place in 0..<count where MemberNames.same(nodes[index], nodes[few[place]], text) { return false }
      few[count] = index
      count += 1
      return true
    }
    if many == nil {
      many = []
      for place in 0..<count { many?.insert(Array(MemberNames.name(nodes[few[place]], text).utf8)) }
    }
    return many?.insert(Array(MemberNames.name(nodes[index], text).utf8)).inserted ?? false
  }

  private static func same(_ one: JSONDocument.Node, _ other: JSONDocument.Node, _ text: [UInt8]) -> Bool {
    if one.hasEscapes || other.hasEscapes {
      return name(one, text).utf8.elementsEqual(name(other, text).utf8)
    }
    guard one.end - one.start == other.end - other.start else { return false }
    for offset in 0..<Int(one.end - one.start)
    where text[Int(one.start) + offset] != text[Int(other.start) + offset] {
      return false
    }
    return true
  }

  /// Names are compared by their bytes once escapes are resolved, never as Unicode equivalents: whatever is accepted here
  /// must be accepted again when it is read back from the audit log, in whatever order.
  private static func name(_ node: JSONDocument.Node, _ text: [UInt8]) -> String {
    JSONStrings.decode(text.span.extracting(Int(node.start)..<Int(node.end)), hasEscapes: node.hasEscapes)
  }
}
