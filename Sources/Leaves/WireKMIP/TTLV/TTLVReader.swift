/// Reads bytes into nodes: one pass without recursion, so that no nesting can exhaust the stack.
enum TTLVReader {
  static func read(
    _ bytes: Span<UInt8>, limits: TTLVDocument.Limits
  ) throws(TTLVError) -> ContiguousArray<TTLVDocument.Node> {
    guard bytes.count <= limits.bytes, bytes.count <= Int32.max else { throw TTLVError(.tooLarge, at: 0) }
    var nodes = ContiguousArray<TTLVDocument.Node>()
    nodes.reserveCapacity(min(32, 1 + bytes.count / 16))
    // The innermost structure that isn't at its end, where it ends, and how many are around it. While a structure is
    // open, its `next` names the one around it.
    var open: Int32 = -1
    var end = bytes.count
    var depth = 0
    var at = 0
    repeat {
      guard nodes.count < limits.items else { throw TTLVError(.tooManyItems, at: at) }
      var node = try header(bytes, at, end: end)
      let index = Int32(truncatingIfNeeded: nodes.count)
      if node.type == .structure {
        guard depth < limits.depth else { throw TTLVError(.tooDeep, at: at, tag: node.tag) }
        node.next = open
        (open, end, depth) = (index, node.place.upperBound, depth + 1)
        at += 8
      } else {
        node.word = try value(bytes, node)
        node.next = index + 1
        at += 8 + padded(Int(node.length))
      }
      nodes.append(node)
      while open >= 0, at == end {
        let outer = nodes[Int(open)].next
        nodes[Int(open)].next = index + 1
        (open, depth) = (outer, depth - 1)
        end = outer < 0 ? bytes.count : nodes[Int(outer)].place.upperBound
      }
    } while open >= 0
    guard at == bytes.count else { throw TTLVError(.trailingBytes, at: at) }
    return nodes
  }

  /// The item's header, its type's length checked and its value known to fit.
  private static func header(
    _ bytes: Span<UInt8>, _ at: Int, end: Int
  ) throws(TTLVError) -> TTLVDocument.Node {
    guard end - at >= 8 else { throw TTLVError(end == bytes.count ? .truncated : .overrun, at: at) }
    let head = word(bytes, at)
    let tag = KMIPTag(head >> 8)
    guard tag.isStandard || tag.isExtension else { throw TTLVError(.invalidTag, at: at) }
    guard let type = ItemType(rawValue: UInt8(truncatingIfNeeded: head)) else {
      throw TTLVError(.unknownType, at: at, tag: tag)
    }
    let length = Int(word(bytes, at + 4))
    guard isAllowed(length, for: type) else { throw TTLVError(.wrongLength, at: at, tag: tag) }
    guard padded(length) <= end - at - 8 else {
      throw TTLVError(end == bytes.count ? .truncated : .overrun, at: at, tag: tag)
    }
    return TTLVDocument.Node(
      head: head, start: Int32(truncatingIfNeeded: at), length: Int32(truncatingIfNeeded: length), next: 0,
      word: 0)
  }

  private static func isAllowed(_ length: Int, for type: ItemType) -> Bool {
    switch type {
    case .integer, .enumeration, .interval: length == 4
    case .longInteger, .boolean, .dateTime, .dateTimeExtended: length == 8
    case .structure: length & 7 == 0
    case .bigInteger: length & 7 == 0 && length > 0
    case .textString, .byteString: true
    }
  }

  /// The value of a type of fixed length; checks what else there is to check.
  private static func value(_ bytes: Span<UInt8>, _ node: TTLVDocument.Node) throws(TTLVError) -> Int64 {
    let at = Int(node.start)
    switch node.type {
    case .integer:
      guard word(bytes, at + 12) == 0 else { throw TTLVError(.paddingNotZero, at: at, tag: node.tag) }
      return Int64(Int32(bitPattern: word(bytes, at + 8)))
    case .enumeration, .interval:
      guard word(bytes, at + 12) == 0 else { throw TTLVError(.paddingNotZero, at: at, tag: node.tag) }
      return Int64(word(bytes, at + 8))
    case .longInteger, .dateTime, .dateTimeExtended:
      return longWord(bytes, at + 8)
    case .boolean:
      let value = longWord(bytes, at + 8)
      guard value == 0 || value == 1 else { throw TTLVError(.notBoolean, at: at, tag: node.tag) }
      return value
    case .textString:
      guard isText(bytes.extracting(node.place)) else {
        throw TTLVError(.malformedText, at: at, tag: node.tag)
      }
      return try padding(bytes, node)
    case .byteString: return try padding(bytes, node)
    case .bigInteger, .structure: return 0
    }
  }

  /// 0 when the bytes behind the value are.
  private static func padding(_ bytes: Span<UInt8>, _ node: TTLVDocument.Node) throws(TTLVError) -> Int64 {
    let end = node.place.upperBound
    for index in end..<Int(node.start) + 8 + padded(Int(node.length)) where bytes[index] != 0 {
      throw TTLVError(.paddingNotZero, at: Int(node.start), tag: node.tag)
    }
    return 0
  }

  private static func isText(_ text: Span<UInt8>) -> Bool {
    var hasNul = false
    for index in text.indices { hasNul = hasNul || text[index] == 0 }
    return !hasNul && (try? UTF8Span(validating: text)) != nil
  }

  /// The next multiple of eight.
  static func padded(_ length: Int) -> Int { (length &+ 7) & ~7 }

  /// Four bytes as they stand on the wire. The caller has seen that they are there.
  static func word(_ bytes: Span<UInt8>, _ at: Int) -> UInt32 {
    let bytes = bytes.extracting(at..<at + 4)
    return UInt32(bytes[0]) << 24 | UInt32(bytes[1]) << 16 | UInt32(bytes[2]) << 8 | UInt32(bytes[3])
  }

  private static func longWord(_ bytes: Span<UInt8>, _ at: Int) -> Int64 {
    Int64(bitPattern: UInt64(word(bytes, at)) << 32 | UInt64(word(bytes, at + 4)))
  }
}
