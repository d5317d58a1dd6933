import KMSBytes

/// One item of a document.
package struct TTLVItem: Sendable {
  private let document: TTLVDocument
  private let index: Int32

  init(_ document: TTLVDocument, _ index: Int32) {
    self.document = document
    self.index = index
  }

  private var node: TTLVDocument.Node { document.nodes[Int(index)] }

  package var tag: KMIPTag { node.tag }
  package var type: ItemType { node.type }

  /// Where the item stands in the document's bytes: header, value and padding.
  package var place: Range<Int> {
    let node = node
    return Int(node.start)..<Int(node.start) + 8 + TTLVReader.padded(Int(node.length))
  }

  /// Bytes of the value without padding; of a structure, of everything in it.
  package var byteCount: Int { Int(node.length) }

  // MARK: Structures

  package var isStructure: Bool { type == .structure }

  /// What stands directly in a structure, in order; nothing for other types.
  package var children: Children { Children(document, index) }

  /// The first direct child with that tag; nil when there is none or this is no structure.
  package subscript(tag: KMIPTag) -> TTLVItem? {
    document.first(tag, in: index).map { TTLVItem(document, $0) }
  }

  /// This item and all that are in it, on all levels.
  package var itemCount: Int { Int(node.next - index) }

  /// All direct children with that tag, in order.
  package func all(_ tag: KMIPTag) -> [TTLVItem] { children.filter { $0.tag == tag } }

  package struct Children: Sequence, Sendable {
    private let document: TTLVDocument
    private let parent: Int32

    init(_ document: TTLVDocument, _ parent: Int32) {
      self.document = document
      self.parent = parent
    }

    package func makeIterator() -> Iterator { Iterator(document, parent) }

    package struct Iterator: IteratorProtocol {
      private let document: TTLVDocument
      private var at: Int32
      private let end: Int32

      init(_ document: TTLVDocument, _ parent: Int32) {
        self.document = document
        let node = document.nodes[Int(parent)]
        // Other types have no nodes before their next.
        at = parent + 1
        end = node.next
      }

      package mutating func next() -> TTLVItem? {
        guard at < end else { return nil }
        defer { at = document.nodes[Int(at)].next }
        return TTLVItem(document, at)
      }
    }
  }

  // MARK: Values; nil when the item is of another type

  package var integer: Int32? { word(.integer).map { Int32(truncatingIfNeeded: $0) } }
  package var longInteger: Int64? { word(.longInteger) }
  package var enumeration: UInt32? { word(.enumeration).map { UInt32(truncatingIfNeeded: $0) } }

  /// Nil also when the number is none of that enumeration's.
  package func enumeration<Value: KMIPEnumeration>(_ type: Value.Type = Value.self) -> Value? {
    enumeration.flatMap { Value(rawValue: $0) }
  }

  package var boolean: Bool? { word(.boolean).map { $0 != 0 } }
  /// Seconds since 1970.
  package var dateTime: Int64? { word(.dateTime) }
  /// Seconds.
  package var interval: UInt32? { word(.interval).map { UInt32(truncatingIfNeeded: $0) } }
  /// Microseconds since 1970.
  package var dateTimeExtended: Int64? { word(.dateTimeExtended) }

  /// A copy of a Text String.
  package var text: String? {
    type == .textString ? withValue(TTLVItem.string) : nil
  }

  /// A copy of a Byte String. It is the caller's to wipe.
  package var byteString: [UInt8]? { type == .byteString ? withValue { [UInt8](copying: $0) } : nil }

  /// A copy of a Big Integer: two's complement, big-endian, a multiple of eight bytes.
  package var bigInteger: [UInt8]? { type == .bigInteger ? withValue { [UInt8](copying: $0) } : nil }

  /// Lends the value's bytes as they stand on the wire, without padding, whatever the type.
  package func withValue<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    document.withBytes(node.place, body)
  }

  /// Lends the whole item as it stands on the wire: header, value and padding.
  package func withEncoding<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
    document.withBytes(place, body)
  }

  private static func string(_ text: Span<UInt8>) -> String {
    do {
      return String(copying: try UTF8Span(validating: text))
    } catch {
      return ""  // never: the reader saw well-formed text
    }
  }

  private func word(_ type: ItemType) -> Int64? {
    let node = node
    return node.type == type ? node.word : nil
  }
}
