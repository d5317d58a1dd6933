import KMSBytes

/// Writes TTLV while it reads XML; the stack holds the structures that are open.
struct XMLFormDecoder {
  private struct Level {
    let mark: TTLVWriter.Mark
    var meaning = AttributeMeaning()
  }

  private var reader: XMLReader
  private var writer: TTLVWriter
  private let limits: TTLVDocument.Limits
  private let names: KMIPFormNames
  private var levels: [Level] = []
  private var items = 0
  /// What names are prefixed with; learnt from the root.
  private var prefix: Range<Int>?

  init(_ text: [UInt8], limits: TTLVDocument.Limits, names: KMIPFormNames) throws(KMIPFormError) {
    reader = try XMLReader(text)
    writer = TTLVWriter(capacity: text.count / 2 + 64)
    self.limits = limits
    self.names = names
  }

  mutating func decode() throws(KMIPFormError) -> WipedBytes {
    do throws(KMIPFormError) {
      while true {
        switch try reader.next() {
        case .start(let name, let isEmpty): try start(name, isEmpty: isEmpty)
        case .end: end()
        case .finished: return writer.finish()
        }
      }
    } catch {
      writer.wipe()
      throw error
    }
  }

  private mutating func start(_ name: Range<Int>, isEmpty: Bool) throws(KMIPFormError) {
    let position = name.lowerBound - 1
    guard items < limits.items else { throw KMIPFormError(.tooManyItems, at: position) }
    guard writer.count <= limits.bytes else { throw KMIPFormError(.tooLarge, at: position) }
    items += 1
    try checkNamespaces()
    let tag = try tag(name)
    let type = try type()
    if type == .structure {
      try openStructure(tag, isEmpty: isEmpty, at: position)
    } else {
      try value(tag, type, at: position)
      if !isEmpty {
        guard try reader.next() == .end else { throw KMIPFormError(.misplacedValue, at: position) }
      }
    }
  }

  private mutating func openStructure(_ tag: KMIPTag, isEmpty: Bool, at position: Int) throws(KMIPFormError) {
    guard levels.count < limits.depth else { throw KMIPFormError(.tooDeep, at: position) }
    guard attribute("value") == nil else { throw KMIPFormError(.misplacedValue, at: position) }
    levels.append(Level(mark: writer.open(tag)))
    if isEmpty { end() }
  }

  private mutating func end() {
    if let level = levels.popLast() { writer.close(level.mark) }
  }

  private mutating func value(_ tag: KMIPTag, _ type: ItemType, at position: Int) throws(KMIPFormError) {
    var text: [UInt8] = []
    if let value = attribute("value") {
      text.reserveCapacity(value.value.count)
      try reader.append(value, to: &text)
    } else if type != .textString && type != .byteString {
      throw KMIPFormError(.malformedValue, at: position)
    }
    let meaning = levels.last?.meaning.of(tag) ?? tag
    let isValue = FormScalar.append(text.span, type, tag, meaning: meaning, to: &writer)
    if isValue, tag == .attributeName, type == .textString, !levels.isEmpty {
      levels[levels.count - 1].meaning.meet(name: String(decoding: text, as: UTF8.self))
    }
    for index in text.indices { text[index] = 0 }
    guard isValue else { throw KMIPFormError(.malformedValue, at: position) }
  }

  // MARK: Names

  private func tag(_ name: Range<Int>) throws(KMIPFormError) -> KMIPTag {
    let local = try local(name)
    if !reader.equals(local, "TTLV") {
      if let tag = names.tag(reader.text[local]) { return tag }
    } else if let attribute = attribute("tag") {
      let text = [UInt8](reader.text[attribute.value])
      if let number = FormNumber.hex(text.span, digits: 6) {
        let tag = KMIPTag(UInt32(truncatingIfNeeded: number))
        if tag.isStandard || tag.isExtension { return tag }
      } else if let tag = names.tag(text) {
        return tag
      }
    }
    throw KMIPFormError(.unknownTag, at: name.lowerBound)
  }

  private func type() throws(KMIPFormError) -> ItemType {
    guard let attribute = attribute("type") else { return .structure }
    guard let type = ItemType(name: [UInt8](reader.text[attribute.value])) else {
      throw KMIPFormError(.unknownType, at: attribute.value.lowerBound)
    }
    return type
  }

  private func attribute(_ name: StaticString) -> XMLReader.Attribute? {
    reader.attributes.first { reader.equals($0.name, name) }
  }

  // MARK: Namespaces

  /// Messages live in no namespace or in KMIP's, which may be the default or have one prefix, declared by the root.
  private mutating func checkNamespaces() throws(KMIPFormError) {
    for attribute in reader.attributes {
      let name = attribute.name
      let isDefault = reader.equals(name, "xmlns")
      guard isDefault || reader.text[name].starts(with: "xmlns:".utf8) else { continue }
      if reader.equals(attribute.value, XMLForm.namespace) {
        if !isDefault, items == 1 { prefix = name.lowerBound + 6..<name.upperBound }
      } else if isDefault {
        throw KMIPFormError(.unknownTag, at: name.lowerBound)
      }
    }
  }

  private func local(_ name: Range<Int>) throws(KMIPFormError) -> Range<Int> {
    guard let colon = reader.text[name].firstIndex(of: UInt8(ascii: ":")) else { return name }
    guard let prefix, reader.text[prefix].elementsEqual(reader.text[name.lowerBound..<colon]) else {
      throw KMIPFormError(.unknownTag, at: name.lowerBound)
    }
    return colon + 1..<name.upperBound
  }
}
