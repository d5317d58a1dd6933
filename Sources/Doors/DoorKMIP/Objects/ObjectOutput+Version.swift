import WireKMIP

/// Whether a client's version has words for an object, before it leaves. Clients of old versions stop at what they don't know.
extension ObjectOutput {
  /// Formats whose material says itself which algorithm it is for: then the key block may leave that out.
  private static let selfDescribing: Set<KMIP.KeyFormatType> = [
    .pkcs1, .pkcs8, .x509, .ecPrivateKey, .pkcs12,
  ]

  /// - Throws: `featureNotSupported` for a form of the object that can't be told without a value that the version lacks.
  func require(_ version: KMIPVersion, for object: KMIPObject) throws(KMIPFault) {
    let isTold =
      (object.tellsAlgorithm(in: version) || saysAlgorithm)
      && (value.curve(of: object)).map { KMIPRegistry.isKnown($0, in: version) } ?? true
    guard isTold else { throw .tooNew }
  }

  private var saysAlgorithm: Bool {
    KMIP.KeyFormatType(rawValue: format).map(ObjectOutput.selfDescribing.contains) ?? false
  }
}

extension ObjectOutput.Value {
  /// The curve that stands beside the numbers of a key.
  fileprivate func curve(of object: KMIPObject) -> KMIP.RecommendedCurve? {
    switch self {
    case .numbers(let layout), .publicNumbers(let layout, _): layout.hasCurve ? object.curve : nil
    case .absent, .bytes, .key, .structure, .publicBytes, .store, .registered: nil
    }
  }
}

extension KMIPObject {
  /// - Throws: `featureNotSupported` where the version has no such objects, or no word for what stands in each of them.
  func requireWords(in version: KMIPVersion) throws(KMIPFault) {
    let fields = type.fields.compactMap { kept.value($0) }
    guard KMIPRegistry.isKnown(type, in: version), fields.allSatisfy({ $0.isTold(in: version) }) else {
      throw .tooNew
    }
  }

  /// Whether the version has the object's algorithm, where it has one. Numbers of vendors are for those who gave them.
  func tellsAlgorithm(in version: KMIPVersion) -> Bool {
    guard let algorithm, type.hasKeyBlock, type != .secretData else { return true }
    return algorithm >> 28 == 8 || KMIPRegistry.isKnown(algorithm, in: .cryptographicAlgorithm, version)
  }
}

extension KMIP.ObjectType {
  fileprivate var hasKeyBlock: Bool { value == nil && self != .template }
}

extension TTLVItem {
  /// Whether the version has the value, where it is one of a list. No version has values for opaque data: they are their owner's.
  fileprivate func isTold(in version: KMIPVersion) -> Bool {
    guard let number = enumeration, tag != .opaqueDataType else { return true }
    return number >> 28 == 8 || KMIPRegistry.isKnown(number, in: tag, version)
  }
}

extension KMIPFault {
  fileprivate static let tooNew = KMIPFault(
    .featureNotSupported, "The client's version of KMIP has no words for the object.")
}
