import KMSBytes
import WireJSON

/// Writes TTLV while it walks a JSON document. It recurses as deep as the limits allow.
struct JSONFormDecoder {
  private let limits: TTLVDocument.Limits
  private let names: KMIPFormNames
  private var writer: TTLVWriter
  private var items = 0

  init(limits: TTLVDocument.Limits, names: KMIPFormNames, capacity: Int) {
    self.limits = limits
    self.names = names
    writer = TTLVWriter(capacity: capacity)
  }

  mutating func decode(_ root: JSONValue) throws(KMIPFormError) -> WipedBytes {
    do throws(KMIPFormError) {
      var meaning = AttributeMeaning()
      try item(root, depth: 0, &meaning, around: 0)
      return writer.finish()
    } catch {
      writer.wipe()
      throw error
    }
  }

  /// - Parameter meaning: of the structure that the item stands in.
  private mutating func item(
    _ object: JSONValue, depth: Int, _ meaning: inout AttributeMeaning, around: Int
  ) throws(KMIPFormError) {
    guard object.kind == .object, let position = object.place?.lowerBound else {
      throw KMIPFormError(.malformedJSON, at: around)
    }
    guard items < limits.items else { throw KMIPFormError(.tooManyItems, at: position) }
    guard writer.count <= limits.bytes else { throw KMIPFormError(.tooLarge, at: position) }
    items += 1
    let members = (object["tag"], object["type"], object["value"])
    try checkMembers(object, known: [members.0, members.1, members.2, object["name"]], at: position)
    let tag = try tag(members.0, at: position)
    let type = try type(members.1, at: position)
    if type == .structure {
      guard depth < limits.depth else { throw KMIPFormError(.tooDeep, at: position) }
      try structure(tag, members.2, depth: depth, at: position)
    } else {
      guard let value = members.2, append(value, type, tag, &meaning) else {
        throw KMIPFormError(.malformedValue, at: position)
      }
    }
  }

  private mutating func structure(
    _ tag: KMIPTag, _ value: JSONValue?, depth: Int, at position: Int
  ) throws(KMIPFormError) {
    let mark = writer.open(tag)
    if let value, !value.isNull {
      guard value.kind == .array else { throw KMIPFormError(.misplacedValue, at: position) }
      var meaning = AttributeMeaning()
      for element in value.elements { try item(element, depth: depth + 1, &meaning, around: position) }
    }
    writer.close(mark)
  }

  private mutating func append(
    _ value: JSONValue, _ type: ItemType, _ tag: KMIPTag, _ meaning: inout AttributeMeaning
  ) -> Bool {
    switch value.kind {
    case .string: return append(string: value, type, tag, &meaning)
    case .number:
      guard type != .textString, type != .byteString, type != .bigInteger, type != .boolean else {
        return false
      }
      return append(text: value.numberText ?? "", type, tag, meaning.of(tag))
    case .bool:
      guard type == .boolean, let flag = value.bool else { return false }
      writer.boolean(tag, flag)
      return true
    case .null, .array, .object: return false
    }
  }

  private mutating func append(
    string value: JSONValue, _ type: ItemType, _ tag: KMIPTag, _ meaning: inout AttributeMeaning
  ) -> Bool {
    let context = meaning.of(tag)
    if tag == .attributeName, type == .textString {
      guard let name = value.string else { return false }
      meaning.meet(name: name)
      return append(text: name, type, tag, context)
    }
    // Nearly every string has no escapes, and then no copy is made.
    return value.withPlainBytes { FormScalar.append($0, type, tag, meaning: context, to: &writer) }
      ?? append(text: value.string ?? "", type, tag, context)
  }

  private mutating func append(
    text: String, _ type: ItemType, _ tag: KMIPTag, _ meaning: KMIPTag
  ) -> Bool {
    FormScalar.append(text.utf8.span, type, tag, meaning: meaning, to: &writer)
  }

  // MARK: Members

  /// A member that nobody reads could say anything.
  private func checkMembers(_ object: JSONValue, known: [JSONValue?], at position: Int) throws(KMIPFormError)
  {
    guard known.count(where: { $0 != nil }) == object.count else {
      throw KMIPFormError(.malformedJSON, at: position)
    }
  }

  private func tag(_ member: JSONValue?, at position: Int) throws(KMIPFormError) -> KMIPTag {
    guard let text = member?.string else { throw KMIPFormError(.malformedJSON, at: position) }
    if let number = FormNumber.hex(text.utf8.span, digits: 6) {
      let tag = KMIPTag(UInt32(truncatingIfNeeded: number))
      if tag.isStandard || tag.isExtension { return tag }
    } else if let tag = names.tag(text.utf8) {
      return tag
    }
    throw KMIPFormError(.unknownTag, at: position)
  }

  private func type(_ member: JSONValue?, at position: Int) throws(KMIPFormError) -> ItemType {
    guard let member else { return .structure }
    guard let name = member.string, let type = ItemType(name: Array(name.utf8)) else {
      throw KMIPFormError(.unknownType, at: position)
    }
    return type
  }
}
