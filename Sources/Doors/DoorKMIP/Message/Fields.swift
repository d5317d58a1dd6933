import WireKMIP

extension TTLVItem {
  /// A field that may be absent.
  /// - Throws: `invalidMessage` when it is there and `read` makes nothing of it.
  func field<Value>(_ tag: KMIPTag, _ read: (TTLVItem) -> Value?) throws(KMIPFault) -> Value? {
    guard let item = self[tag] else { return nil }
    guard let value = read(item) else { throw .malformed(KMIPRegistry.name(of: tag) ?? "A field") }
    return value
  }

  /// A field that has to be there.
  func required<Value>(_ tag: KMIPTag, _ read: (TTLVItem) -> Value?) throws(KMIPFault) -> Value {
    guard let value = try field(tag, read) else { throw .missing(KMIPRegistry.name(of: tag) ?? "A field") }
    return value
  }

  func enumeration<Value: KMIPEnumeration>(
    in tag: KMIPTag, _ type: Value.Type = Value.self
  ) throws(KMIPFault) -> Value? {
    try field(tag) { $0.enumeration(type) }
  }
}
