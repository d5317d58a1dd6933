/// The names of tags in XML and JSON: the specification's, and those that a dialect adds or spells in its own way.
package struct KMIPFormNames: Sendable {
  private var tags: [String: KMIPTag] = [:]
  private var names: [KMIPTag: String] = [:]

  package static let standard = KMIPFormNames()

  /// - Parameter names: what a dialect calls tags. It writes these names, and reads both these and the specification's.
  ///   ASCII; case and punctuation don't count in reading.
  package init(adding names: [(name: String, tag: KMIPTag)] = []) {
    for (name, tag) in names {
      if let key = CamelCase.key(name.utf8) { tags[key] = tag }
      self.names[tag] = name
    }
  }

  func tag(_ name: some Collection<UInt8>) -> KMIPTag? {
    if !tags.isEmpty, let key = CamelCase.key(name), let tag = tags[key] { return tag }
    return KMIPRegistry.tag(camel: name)
  }

  func name(_ tag: KMIPTag) -> String? {
    if !names.isEmpty, let name = names[tag] { return name }
    return KMIPRegistry.camelName(of: tag)
  }
}

extension ItemType {
  /// As XML and JSON spell it.
  var name: String {
    switch self {
    case .structure: "Structure"
    case .integer: "Integer"
    case .longInteger: "LongInteger"
    case .bigInteger: "BigInteger"
    case .enumeration: "Enumeration"
    case .boolean: "Boolean"
    case .textString: "TextString"
    case .byteString: "ByteString"
    case .dateTime: "DateTime"
    case .interval: "Interval"
    case .dateTimeExtended: "DateTimeExtended"
    }
  }

  init?(name: [UInt8]) {
    guard let type = ItemType.allCases.first(where: { $0.name.utf8.elementsEqual(name) }) else { return nil }
    self = type
  }
}
