package import KMSBytes

/// One item in TTLV (KMIP 2.1 section 10) with everything in it, read strictly and once: lengths exact, padding zero, text
/// well-formed, structures filled to the byte, nothing behind it. Values are views into the bytes; nothing is copied until it
/// is asked for.
///
/// The bytes may hold secrets, so they are wiped when the document goes away.
package final class TTLVDocument: Sendable {
  /// What a reader allows, checked while reading.
  package struct Limits: Sendable {
    /// Of the whole text.
    package let bytes: Int
    /// Structures within each other.
    package let depth: Int
    /// Of all types, on all levels.
    package let items: Int

    package init(bytes: Int, depth: Int, items: Int) {
      self.bytes = bytes
      self.depth = depth
      self.items = items
    }
  }

  struct Node: Sendable {
    /// Tag and type as they stand on the wire.
    var head: UInt32
    /// Where the tag's first byte stands.
    var start: Int32
    /// Of the value, without padding.
    var length: Int32
    /// The node that follows this one and everything in it.
    var next: Int32
    /// The value of a type of fixed length, widened with its sign; 0 for others.
    var word: Int64

    var tag: KMIPTag { KMIPTag(head >> 8) }
    var type: ItemType { ItemType(rawValue: UInt8(truncatingIfNeeded: head)) ?? .structure }
    /// The value's bytes.
    var place: Range<Int> { Int(start) + 8..<Int(start) + 8 + Int(length) }
  }

  private let bytes: WipedBytes
  let nodes: ContiguousArray<Node>

  /// - Throws: `TTLVError` for the first fault.
  package init(_ bytes: WipedBytes, limits: Limits) throws(TTLVError) {
    nodes = try bytes.withArray { (bytes: [UInt8]) throws(TTLVError) in
      try TTLVReader.read(bytes.span, limits: limits)
    }
    self.bytes = bytes
  }

  /// For bytes that nobody else holds.
  package convenience init(_ bytes: consuming [UInt8], limits: Limits) throws(TTLVError) {
    try self.init(WipedBytes(bytes), limits: limits)
  }

  package var root: TTLVItem { TTLVItem(self, 0) }

  /// Of the whole text.
  package var byteCount: Int { bytes.count }

  /// Bytes of memory that it takes, as long as it or an item of it is kept.
  package var footprint: Int { bytes.count + nodes.count * MemoryLayout<Node>.stride }

  /// The node directly in that one which has the tag and comes first. Nodes that are no structures have none in them.
  func first(_ tag: KMIPTag, in parent: Int32) -> Int32? {
    let end = nodes[Int(parent)].next
    var at = parent + 1
    while at < end {
      let node = nodes[Int(at)]
      if node.tag == tag { return at }
      at = node.next
    }
    return nil
  }

  func withBytes<Result>(_ place: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
    bytes.withBytes { body($0.extracting(place)) }
  }
}
