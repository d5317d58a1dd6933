import KMSBytes
import KMSDomain
import WireKMIP

/// What requests to use a key have in common (KMIP 2.1 sections 6.1.11, 6.1.17, 6.1.24, 6.1.32, 6.1.33, 6.1.55 and 6.1.56).
struct UseRequest: Sendable {
  /// Which part of the work it asks for.
  enum Part: Hashable, Sendable {
    case whole
    case first
    /// A later one of the stream that the server gave this value for.
    case later([UInt8], isLast: Bool)
  }

  private enum Input: Sendable {
    case sent(TTLVItem)
    /// By an item before this one.
    case yielded(WipedBytes)
  }

  let version: KMIPVersion
  /// See `KMIPCall.authenticates`.
  let authenticates: Bool
  private var identifier: TTLVItem?
  private var input: Input?
  /// The input is hashed already.
  private(set) var isDigest = false
  private(set) var parameters: CryptographicParameters?
  private(set) var iv: [UInt8]?
  private(set) var additional: [UInt8] = []
  /// What is to be compared: the tag of an authenticated encryption, a signature or a code.
  private(set) var code: [UInt8]?
  private(set) var part = Part.whole
}

extension UseRequest {
  /// - Throws: `invalidMessage`, `badCryptographicParameters`, `missingData`.
  init(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) {
    version = call.version
    authenticates = call.authenticates
    var correlation: [UInt8]?
    var (isFirst, isLast) = (false, false)
    for child in payload.children {
      switch child.tag {
      case .uniqueIdentifier: identifier = child
      case .cryptographicParameters: parameters = try CryptographicParameters(child)
      case .data: input = try UseRequest.input(child, call)
      case .digestedData:
        input = try UseRequest.input(child, call)
        isDigest = true
      case .ivCounterNonce: iv = try UseRequest.bytes(child)
      case .authenticatedEncryptionAdditionalData: additional = try UseRequest.bytes(child)
      case .authenticatedEncryptionTag, .signatureData, .macData: code = try UseRequest.bytes(child)
      case .correlationValue: correlation = try UseRequest.bytes(child)
      case .initIndicator: isFirst = try UseRequest.flag(child)
      case .finalIndicator: isLast = try UseRequest.flag(child)
      default: break
      }
    }
    part = try UseRequest.part(correlation, isFirst: isFirst, isLast: isLast)
  }

  private static func input(_ item: TTLVItem, _ call: KMIPCall) throws(KMIPFault) -> Input {
    if item.type == .enumeration { return .yielded(try call.outputs.bytes(of: item)) }
    guard item.type == .byteString else { throw .malformed("The data") }
    return .sent(item)
  }

  private static func part(
    _ correlation: [UInt8]?, isFirst: Bool, isLast: Bool
  ) throws(KMIPFault) -> Part {
    guard let correlation else {
      guard isFirst || !isLast else { throw .missing("The correlation value") }
      return isFirst && !isLast ? .first : .whole
    }
    guard !isFirst else { throw .malformed("The init indicator") }
    return .later(correlation, isLast: isLast)
  }

  private static func bytes(_ item: TTLVItem) throws(KMIPFault) -> [UInt8] {
    guard let bytes = item.byteString else { throw .malformed("Data of the request") }
    return bytes
  }

  private static func flag(_ item: TTLVItem) throws(KMIPFault) -> Bool {
    guard let flag = item.boolean else { throw .malformed("An indicator") }
    return flag
  }

  /// Whether everything that it needs is in it: no stream, and nothing that other items of the batch yielded.
  var isSelfContained: Bool { part == .whole && identifier?.text != nil }

  /// Whether the work ends with it.
  var isEnd: Bool {
    switch part {
    case .whole: true
    case .first: false
    case .later(_, let isLast): isLast
    }
  }

  func reference(_ call: KMIPCall) throws(KMIPFault) -> KeyReference {
    call.reference(try call.identifier(identifier))
  }

  /// The object that it names, if it names one.
  func identifier(_ call: KMIPCall) throws(KMIPFault) -> String? {
    identifier == nil ? nil : try call.identifier(identifier)
  }

  /// The input for custody; nil where there is none. Each call makes one: work may have to be done anew.
  var payload: Payload? {
    switch input {
    case .sent(let item): item.withValue { Payload(copying: $0) }
    case .yielded(let bytes): bytes.withBytes { Payload(copying: $0) }
    case nil: nil
    }
  }

  /// - Throws: `invalidMessage` where there is none.
  func wholePayload() throws(KMIPFault) -> Payload {
    guard let payload else { throw .missing("The data") }
    return payload
  }

  /// The input where it is public.
  func wholeBytes() throws(KMIPFault) -> [UInt8] {
    switch input {
    case .sent(let item): return item.withValue { [UInt8](copying: $0) }
    case .yielded(let bytes): return bytes.withBytes { [UInt8](copying: $0) }
    case nil: throw .missing("The data")
    }
  }
}
