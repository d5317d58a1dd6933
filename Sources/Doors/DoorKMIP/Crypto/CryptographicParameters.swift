import WireKMIP

/// How a key is to be used, as far as somebody said so: in a request, or beforehand in an attribute of the key (KMIP 2.1
/// section 4.16). What they left open is nil.
struct CryptographicParameters: Hashable, Sendable {
  var mode: KMIP.BlockCipherMode?
  var padding: KMIP.PaddingMethod?
  var hash: KMIP.HashingAlgorithm?
  var signature: KMIP.DigitalSignatureAlgorithm?
  var algorithm: KMIP.CryptographicAlgorithm?
  var hasRandomIV = false
  /// Bytes.
  var tagLength: Int?
  /// Bits of the counter at the end of a counter block.
  var counterLength: Int?
  var initialCounter: UInt32?
  /// Bytes.
  var saltLength: Int?
  var maskHash: KMIP.HashingAlgorithm?
  /// Of OAEP.
  var label: [UInt8]?
}

extension CryptographicParameters {
  /// Lengths of fields that only say how a client makes its IVs, and the role of the key, don't matter here.
  /// - Parameter item: the structure.
  /// - Throws: `badCryptographicParameters` for a value that nobody has given a meaning; `invalidMessage`.
  init(_ item: TTLVItem) throws(KMIPFault) {
    guard item.isStructure else { throw .malformed("Cryptographic Parameters") }
    for child in item.children { try take(child) }
  }

  private mutating func take(_ child: TTLVItem) throws(KMIPFault) {
    switch child.tag {
    case .blockCipherMode: mode = try CryptographicParameters.value(child)
    case .paddingMethod: padding = try CryptographicParameters.value(child)
    case .hashingAlgorithm: hash = try CryptographicParameters.value(child)
    case .digitalSignatureAlgorithm: signature = try CryptographicParameters.value(child)
    case .cryptographicAlgorithm: algorithm = try CryptographicParameters.value(child)
    case .randomIV: hasRandomIV = try CryptographicParameters.flag(child)
    case .tagLength: tagLength = try CryptographicParameters.length(child)
    case .counterLength: counterLength = try CryptographicParameters.length(child)
    case .initialCounterValue: initialCounter = UInt32(bitPattern: try CryptographicParameters.number(child))
    case .saltLength: saltLength = try CryptographicParameters.length(child)
    case .maskGenerator: let _: KMIP.MaskGenerator = try CryptographicParameters.value(child)
    case .maskGeneratorHashingAlgorithm: maskHash = try CryptographicParameters.value(child)
    case .pSource:
      guard let bytes = child.byteString else { throw .malformed("The source of P") }
      label = bytes
    case .trailerField:
      guard try CryptographicParameters.number(child) == 1 else {
        throw .badParameters("PSS has one trailer only.")
      }
    default: break
    }
  }

  private static func value<Value: KMIPEnumeration>(_ item: TTLVItem) throws(KMIPFault) -> Value {
    guard item.type == .enumeration else { throw .malformed("A cryptographic parameter") }
    guard let value = item.enumeration(Value.self) else {
      throw .badParameters("A cryptographic parameter has a value that isn't known here.")
    }
    return value
  }

  private static func number(_ item: TTLVItem) throws(KMIPFault) -> Int32 {
    guard let number = item.integer else { throw .malformed("A cryptographic parameter") }
    return number
  }

  private static func flag(_ item: TTLVItem) throws(KMIPFault) -> Bool {
    guard let flag = item.boolean else { throw .malformed("A cryptographic parameter") }
    return flag
  }

  private static func length(_ item: TTLVItem) throws(KMIPFault) -> Int {
    let length = try number(item)
    guard length >= 0 else { throw .badParameters("A length is negative.") }
    return Int(length)
  }
}

extension KMIPFault {
  static func badParameters(_ text: String) -> KMIPFault { KMIPFault(.badCryptographicParameters, text) }

  static func unsupportedParameters(_ text: String) -> KMIPFault {
    KMIPFault(.unsupportedCryptographicParameters, text)
  }
}
