import KMSBytes
import WireKMIP

/// Makes the dialect's answer of a payload of KMIP 2.1: whatever object it has is called `Object`, and the material of symmetric keys is
/// a structure.
enum DialectAnswer {
  static func root(_ operation: KMIP.Operation, _ payload: TTLVItem?) -> TTLVDocument? {
    var writer = TTLVWriter(capacity: 512)
    let mark = writer.open(DialectNames.answer(operation))
    if let payload { for child in payload.children { write(child, into: &writer) } }
    writer.close(mark)
    return try? TTLVDocument(writer.bytes, limits: .init(bytes: 64 << 20, depth: 64, items: 1_000_000))
  }

  private static let objects: Set<KMIPTag> = [
    .symmetricKey, .privateKey, .publicKey, .certificate, .splitKey, .secretData, .opaqueObject, .pgpKey,
    .certificateRequest,
  ]

  private static func write(_ item: TTLVItem, into output: inout TTLVWriter) {
    guard objects.contains(item.tag), item.isStructure else { return output.copy(item) }
    output.structure(DialectNames.object) { output in
      for child in item.children {
        if child.tag == .keyBlock, item.tag == .symmetricKey {
          writeBlock(child, into: &output)
        } else {
          output.copy(child)
        }
      }
    }
  }

  private static func writeBlock(_ block: TTLVItem, into output: inout TTLVWriter) {
    let isRaw =
      block[.keyFormatType]?.enumeration(KMIP.KeyFormatType.self) == .raw && block[.keyWrappingData] == nil
      && block[.keyValue]?[.keyMaterial]?.type == .byteString
    guard isRaw else { return output.copy(block) }
    output.structure(.keyBlock) { output in
      for child in block.children {
        switch child.tag {
        case .keyFormatType: output.enumeration(KMIP.KeyFormatType.transparentSymmetricKey)
        case .keyValue: writeValue(child, into: &output)
        default: output.copy(child)
        }
      }
    }
  }

  private static func writeValue(_ value: TTLVItem, into output: inout TTLVWriter) {
    output.structure(.keyValue) { output in
      for child in value.children {
        guard child.tag == .keyMaterial else {
          output.copy(child)
          continue
        }
        output.structure(.keyMaterial) { $0.copy(child, as: .key) }
      }
    }
  }
}
