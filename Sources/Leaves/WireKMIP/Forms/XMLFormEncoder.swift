import KMSBytes

/// Writes an item as XML. It recurses as deep as the document may be nested.
struct XMLFormEncoder {
  private(set) var output: [UInt8] = []
  private let names: KMIPFormNames

  init(names: KMIPFormNames, capacity: Int) {
    self.names = names
    output.reserveCapacity(capacity)
  }

  mutating func append(_ item: TTLVItem, meaning: KMIPTag) {
    let tag = item.tag
    let name = names.name(tag)
    output.append(UInt8(ascii: "<"))
    output.append(text: name ?? "TTLV")
    if name == nil {
      output.append(text: " tag=\"" as StaticString)
      FormText.append(tag: tag, to: &output)
      output.append(UInt8(ascii: "\""))
    }
    guard item.isStructure else {
      output.append(text: " type=\"" as StaticString)
      output.append(text: item.type.name)
      output.append(text: "\" value=\"" as StaticString)
      appendValue(item, meaning)
      output.append(text: "\"/>" as StaticString)
      return
    }
    guard item.byteCount > 0 else {
      output.append(text: "/>" as StaticString)
      return
    }
    output.append(UInt8(ascii: ">"))
    appendChildren(item)
    output.append(text: "</" as StaticString)
    output.append(text: name ?? "TTLV")
    output.append(UInt8(ascii: ">"))
  }

  private mutating func appendChildren(_ item: TTLVItem) {
    var meaning = AttributeMeaning()
    for child in item.children {
      append(child, meaning: meaning.of(child.tag))
      if child.tag == .attributeName, let name = child.text { meaning.meet(name: name) }
    }
  }

  private mutating func appendValue(_ item: TTLVItem, _ meaning: KMIPTag) {
    switch item.type {
    case .structure: break
    case .integer: append(integer: item.integer ?? 0, meaning)
    case .longInteger: output.append(text: String(item.longInteger ?? 0))
    case .bigInteger, .byteString: item.withValue { Hex.append($0, to: &output) }
    case .enumeration: FormText.append(enumeration: item.enumeration ?? 0, meaning: meaning, to: &output)
    case .boolean: output.append(text: item.boolean == true ? "true" : "false" as StaticString)
    case .textString: append(text: item.text ?? "")
    case .dateTime: FormText.append(dateTime: item.dateTime ?? 0, to: &output)
    case .interval: output.append(text: String(item.interval ?? 0))
    case .dateTimeExtended: FormText.append(dateTimeExtended: item.dateTimeExtended ?? 0, to: &output)
    }
  }

  private mutating func append(integer value: Int32, _ meaning: KMIPTag) {
    if FormText.append(mask: value, meaning: meaning, separator: UInt8(ascii: " "), to: &output) { return }
    output.append(text: String(value))
  }

  /// Space other than blanks is written as references, or a reader would make blanks of it.
  private mutating func append(text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": output.append(text: "&amp;" as StaticString)
      case "<": output.append(text: "&lt;" as StaticString)
      case ">": output.append(text: "&gt;" as StaticString)
      case "\"": output.append(text: "&quot;" as StaticString)
      case "\t": output.append(text: "&#9;" as StaticString)
      case "\n": output.append(text: "&#10;" as StaticString)
      case "\r": output.append(text: "&#13;" as StaticString)
      default:
        output.append(contentsOf: UTF8.encode(XMLReader.isCharacter(scalar) ? scalar : "\u{fffd}") ?? .init())
      }
    }
  }
}
