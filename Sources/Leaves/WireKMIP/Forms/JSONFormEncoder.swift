import KMSBytes
import WireJSON

/// Writes an item as JSON. It recurses as deep as the document may be nested.
struct JSONFormEncoder {
  private(set) var output: [UInt8] = []
  private let style: JSONForm.Style

  /// Larger numbers aren't exact where JSON's numbers are doubles (section 5.5.1.5).
  private static let exactIntegers: ClosedRange<Int64> = -(1 << 52) + 1...(1 << 52) - 1

  init(style: JSONForm.Style, capacity: Int) {
    self.style = style
    output.reserveCapacity(capacity)
  }

  mutating func append(_ item: TTLVItem, meaning: KMIPTag) {
    let tag = item.tag
    output.append(text: "{\"tag\":\"" as StaticString)
    if let name = style.names.name(tag) {
      output.append(text: name)
    } else {
      FormText.append(tag: tag, to: &output)
    }
    output.append(text: "\",\"type\":\"" as StaticString)
    output.append(text: item.type.name)
    output.append(text: "\",\"value\":" as StaticString)
    if item.isStructure {
      appendChildren(item)
    } else {
      appendValue(item, meaning)
    }
    output.append(UInt8(ascii: "}"))
  }

  private mutating func appendChildren(_ item: TTLVItem) {
    var meaning = AttributeMeaning()
    output.append(UInt8(ascii: "["))
    var isFirst = true
    for child in item.children {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      append(child, meaning: meaning.of(child.tag))
      if child.tag == .attributeName, let name = child.text { meaning.meet(name: name) }
    }
    output.append(UInt8(ascii: "]"))
  }

  private mutating func appendValue(_ item: TTLVItem, _ meaning: KMIPTag) {
    switch item.type {
    case .structure: break
    case .integer: append(integer: item.integer ?? 0, meaning)
    case .longInteger: append(longInteger: item.longInteger ?? 0)
    case .interval: output.append(text: String(item.interval ?? 0))
    case .boolean: output.append(text: item.boolean == true ? "true" : "false" as StaticString)
    case .bigInteger, .enumeration, .textString, .byteString, .dateTime, .dateTimeExtended:
      output.append(UInt8(ascii: "\""))
      appendQuoted(item, meaning)
      output.append(UInt8(ascii: "\""))
    }
  }

  private mutating func appendQuoted(_ item: TTLVItem, _ meaning: KMIPTag) {
    switch item.type {
    case .bigInteger:
      output.append(text: "0x" as StaticString)
      item.withValue { Hex.append($0, to: &output) }
    case .enumeration: FormText.append(enumeration: item.enumeration ?? 0, meaning: meaning, to: &output)
    case .textString: JSONWriter.append(escaping: item.text ?? "", to: &output)
    case .byteString: append(bytes: item)
    case .dateTime: FormText.append(dateTime: item.dateTime ?? 0, to: &output)
    case .dateTimeExtended: FormText.append(dateTimeExtended: item.dateTimeExtended ?? 0, to: &output)
    case .structure, .integer, .longInteger, .boolean, .interval: break
    }
  }

  private mutating func append(integer value: Int32, _ meaning: KMIPTag) {
    let start = output.count
    output.append(UInt8(ascii: "\""))
    if FormText.append(mask: value, meaning: meaning, separator: UInt8(ascii: "|"), to: &output) {
      output.append(UInt8(ascii: "\""))
    } else {
      output.removeLast(output.count - start)
      output.append(text: String(value))
    }
  }

  private mutating func append(longInteger value: Int64) {
    guard style.hasHexLongIntegers || !JSONFormEncoder.exactIntegers.contains(value) else {
      output.append(text: String(value))
      return
    }
    output.append(UInt8(ascii: "\""))
    FormNumber.appendHex(UInt64(bitPattern: value), digits: 16, to: &output)
    output.append(UInt8(ascii: "\""))
  }

  private mutating func append(bytes item: TTLVItem) {
    let start = output.count
    item.withValue { Hex.append($0, to: &output) }
    guard style.hasUppercaseHex else { return }
    for index in start..<output.count where output[index] >= 0x61 { output[index] &= ~0x20 }
  }
}
