import KMSBytes
import KMSDomain
import WireKMIP

/// The value of a key in the clear, as it came or after it was unwrapped.
struct PlainValue: Sendable {
  enum Material: Sendable {
    case bytes(MaterialBytes)
    /// Of a transparent key.
    case numbers(TTLVItem)
  }

  let material: Material
  let attributes: AttributeList

  init(_ material: Material, attributes: AttributeList = AttributeList()) {
    self.material = material
    self.attributes = attributes
  }
}

extension PlainValue {
  /// Of a Key Value structure.
  /// - Throws: `invalidMessage`.
  init(_ value: TTLVItem, _ format: UInt32, _ version: KMIPVersion) throws(KMIPFault) {
    guard let material = value[.keyMaterial] else { throw .malformed("A key value") }
    self.init(
      try PlainValue.material(material, format), attributes: try KeyBlock.attributes(in: value, version))
  }

  /// The structures of transparent keys are read where they are understood; vendors' formats are strings of bytes.
  private static func material(_ item: TTLVItem, _ format: UInt32) throws(KMIPFault) -> Material {
    let format = KMIP.KeyFormatType(rawValue: format)
    switch item.type {
    case .byteString where !(format?.isStructure ?? false): return .bytes(.value(item))
    case .structure where format == .transparentSymmetricKey:
      return .bytes(.value(try item.required(.key) { $0.type == .byteString ? $0 : nil }))
    case .structure where format?.isStructure ?? false: return .numbers(item)
    default: throw .malformed("The key material")
    }
  }

  /// Of what was unwrapped without its structure.
  /// - Throws: `invalidMessage` for a transparent key that isn't a structure.
  init(unwrapped bytes: WipedBytes, _ format: UInt32) throws(KMIPFault) {
    let format = KMIP.KeyFormatType(rawValue: format)
    guard format?.isStructure ?? false, format != .transparentSymmetricKey else {
      self.init(.bytes(.wiped(bytes)))
      return
    }
    self.init(.numbers(try PlainValue.root(bytes)))
  }

  /// Of what was unwrapped with its structure.
  /// - Throws: `encodingOptionError` for what isn't a Key Value.
  init(unwrappedStructure bytes: WipedBytes, _ format: UInt32, _ version: KMIPVersion) throws(KMIPFault) {
    let value = try PlainValue.root(bytes)
    guard value.tag == .keyValue else { throw .noKeyValue }
    try self.init(value, format, version)
  }

  /// Whether unwrapped bytes look like a Key Value in TTLV.
  static func isStructure(_ bytes: WipedBytes) -> Bool {
    bytes.withBytes { bytes in
      guard bytes.count >= TTLVFrame.headerLength,
        let header = try? TTLVFrame.read(bytes, limit: KMIPDoor.mostBytes)
      else { return false }
      return header.tag == .keyValue && header.length == bytes.count
    }
  }

  private static func root(_ bytes: WipedBytes) throws(KMIPFault) -> TTLVItem {
    let root: TTLVItem
    do throws(TTLVError) {
      root = try TTLVDocument(bytes, limits: KMIPDoor.limits).root
    } catch {
      throw .noKeyValue
    }
    try RequestDates.check(root)
    return root
  }
}

extension KMIPFault {
  fileprivate static let noKeyValue = KMIPFault(
    .encodingOptionError, "What was unwrapped isn't encoded as it should be.")
}

extension KMIP.KeyFormatType {
  /// Whether the material is a structure, and not a string of bytes.
  var isStructure: Bool { self == .transparentSymmetricKey || TransparentLayout(self) != nil }
}
