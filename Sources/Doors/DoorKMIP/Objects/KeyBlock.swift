import WireKMIP

/// A key as it stands in a message (KMIP 2.1 section 3.1): how it is laid out, what it is, and its value, which may be wrapped.
struct KeyBlock {
  enum Value {
    /// The server is told of the key and doesn't get it.
    case absent
    /// The material, in the clear or wrapped for itself; beside it may stand attributes.
    case structure(TTLVItem, material: TTLVItem)
    /// Material and attributes wrapped together, or a PKCS#12 store.
    case bytes(TTLVItem)
  }

  /// Vendors have formats of their own.
  let format: UInt32
  let compression: KMIP.KeyCompressionType?
  /// Vendors have algorithms of their own.
  let algorithm: UInt32?
  /// Bits.
  let length: Int32?
  let value: Value
  let wrapping: KeyWrapping?
  /// What `wrapping` was read from.
  let wrappingData: TTLVItem?

  var knownFormat: KMIP.KeyFormatType? { KMIP.KeyFormatType(rawValue: format) }
  var knownAlgorithm: KMIP.CryptographicAlgorithm? {
    algorithm.flatMap(KMIP.CryptographicAlgorithm.init(rawValue:))
  }
}

extension KeyBlock {
  /// - Throws: `invalidMessage` for what isn't a key block.
  init(_ block: TTLVItem) throws(KMIPFault) {
    guard block.isStructure else { throw .malformed("A key block") }
    format = try block.required(.keyFormatType, \.enumeration)
    compression = try block.enumeration(in: .keyCompressionType)
    algorithm = try block.field(.cryptographicAlgorithm, \.enumeration)
    length = try block.field(.cryptographicLength) { item in item.integer.flatMap { $0 >= 0 ? $0 : nil } }
    value = try KeyBlock.value(block[.keyValue])
    wrappingData = block[.keyWrappingData]
    if let wrappingData { wrapping = try KeyWrapping(wrappingData) } else { wrapping = nil }
  }

  private static func value(_ item: TTLVItem?) throws(KMIPFault) -> Value {
    guard let item else { return .absent }
    if item.type == .byteString { return .bytes(item) }
    guard item.isStructure, let material = item[.keyMaterial] else { throw .malformed("A key value") }
    return .structure(item, material: material)
  }

  /// What stands beside the material.
  func attributes(_ version: KMIPVersion) throws(KMIPFault) -> AttributeList {
    guard case .structure(let value, _) = value else { return AttributeList() }
    return try KeyBlock.attributes(in: value, version)
  }

  /// The attributes in a Key Value: one by one before 2.0, then in a structure of their own.
  static func attributes(
    in value: TTLVItem, _ version: KMIPVersion
  ) throws(KMIPFault) -> AttributeList {
    if version >= .v2_0 {
      guard let attributes = value[.attributes] else { return AttributeList() }
      return try AttributeReader.read(attributes, version)
    }
    var list = AttributeList()
    for item in value.all(.attribute) {
      let (name, item, _) = try AttributeReader.attribute(item, version)
      guard let item else { throw .malformed("\(name)") }
      list.add(item, as: name)
    }
    return list
  }
}
