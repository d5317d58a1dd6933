import KMSBytes
import WireJSON
import WireKMIP

/// Makes a message of KMIP 2.1 out of one operation of the dialect.
struct DialectRequest {
  /// Seconds since 1970.
  let now: Int64
  /// Of the object that tags mean; nil: as it is named.
  var identifier: String?

  static let vendor = "cosmian"
  static let tagName = "tag"

  func message(_ operation: KMIP.Operation, _ root: TTLVItem) -> [UInt8] {
    DialectRequest.message(operation) { output in
      for child in root.children { write(child, operation, into: &output) }
    }
  }

  /// Finds the objects that have all of these tags.
  static func search(_ tags: [String]) -> [UInt8] {
    message(.locate) { output in
      output.integer(.maximumItems, 2)
      output.structure(.attributes) { attributes in
        for tag in tags { write(tag: tag, into: &attributes) }
      }
    }
  }

  private static func message(_ operation: KMIP.Operation, _ payload: (inout TTLVWriter) -> Void) -> [UInt8] {
    var writer = TTLVWriter(capacity: 512)
    writer.structure(.requestMessage) { message in
      message.structure(.requestHeader) { header in
        header.structure(.protocolVersion) { version in
          version.integer(.protocolVersionMajor, 2)
          version.integer(.protocolVersionMinor, 1)
        }
        header.integer(.batchCount, 1)
      }
      message.structure(.batchItem) { item in
        item.enumeration(operation)
        item.structure(.requestPayload, payload)
      }
    }
    return writer.bytes
  }

  // MARK: What is written otherwise

  private func write(_ item: TTLVItem, _ operation: KMIP.Operation, into output: inout TTLVWriter) {
    switch item.tag {
    case .uniqueIdentifier:
      if let identifier { output.text(.uniqueIdentifier, identifier) } else { output.copy(item) }
    case .attributes: writeAttributes(item, operation, into: &output)
    case .revocationReason where item.type == .textString:
      output.structure(.revocationReason) { reason in
        reason.enumeration(KMIP.RevocationReasonCode.unspecified)
        reason.copy(item, as: .revocationMessage)
      }
    default: output.copy(item)
    }
  }

  private func writeAttributes(_ item: TTLVItem, _ operation: KMIP.Operation, into output: inout TTLVWriter) {
    output.structure(.attributes) { output in
      for child in item.children {
        switch child.tag {
        // They say it of an object that isn't there yet; the request says it too.
        case .objectType, .keyFormatType: continue
        case DialectNames.vendorAttributes: DialectRequest.write(vendors: child, into: &output)
        default: output.copy(child)
        }
      }
      if operation == .create, item[.activationDate] == nil { output.dateTime(.activationDate, now) }
    }
  }

  private static func write(vendors list: TTLVItem, into output: inout TTLVWriter) {
    for item in list.children where item.tag == DialectNames.vendorAttributes {
      if let tags = tags(inAttribute: item) {
        for tag in tags { write(tag: tag, into: &output) }
      } else {
        output.structure(.attribute) { attribute in
          for child in item.children { attribute.copy(child) }
        }
      }
    }
  }

  private static func write(tag: String, into output: inout TTLVWriter) {
    output.structure(.attribute) { attribute in
      attribute.text(.vendorIdentification, vendor)
      attribute.text(.attributeName, tagName)
      attribute.text(.attributeValue, tag)
    }
  }

  // MARK: Tags

  /// The tags by which a request names its object; nil where it names it otherwise.
  static func tags(of root: TTLVItem) -> [String]? {
    guard let text = root[.uniqueIdentifier]?.text, text.hasPrefix("[") else { return nil }
    return texts(Array(text.utf8))
  }

  private static func tags(inAttribute item: TTLVItem) -> [String]? {
    guard item[.vendorIdentification]?.text == vendor, item[.attributeName]?.text == tagName,
      let value = item[.attributeValue]?.byteString
    else { return nil }
    return texts(value)
  }

  /// A JSON array of texts.
  private static func texts(_ json: [UInt8]) -> [String]? {
    guard let document = try? JSONDocument(WipedBytes(json), limits: .init(depth: 2, nodes: 64)),
      document.root.kind == .array
    else { return nil }
    var texts: [String] = []
    for element in document.root.elements {
      guard let text = element.string else { return nil }
      texts.append(text)
    }
    return texts
  }
}
