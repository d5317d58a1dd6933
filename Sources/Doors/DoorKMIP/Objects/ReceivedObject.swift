import KMSDomain
import WireKMIP

/// An object as a client sends it, in Register or Import (KMIP 2.1 section 2).
struct ReceivedObject {
  let type: KMIP.ObjectType
  /// nil for objects that have none.
  let block: KeyBlock?
  /// Of certificates, their requests and opaque objects.
  let value: TTLVItem?
  /// What stands beside block or value, and belongs to the object for good.
  let notes: AttributeList
}

extension KMIP.ObjectType {
  /// The tag of such an object in a message.
  var object: KMIPTag {
    switch self {
    case .certificate: .certificate
    case .symmetricKey: .symmetricKey
    case .publicKey: .publicKey
    case .privateKey: .privateKey
    case .splitKey: .splitKey
    case .template: .template
    case .secretData: .secretData
    case .opaqueObject: .opaqueObject
    case .pgpKey: .pgpKey
    case .certificateRequest: .certificateRequest
    }
  }

  /// Where the value of an object without a key block stands.
  var value: KMIPTag? {
    switch self {
    case .certificate: .certificateValue
    case .opaqueObject: .opaqueDataValue
    case .certificateRequest: .certificateRequestValue
    case .symmetricKey, .publicKey, .privateKey, .splitKey, .secretData, .pgpKey, .template: nil
    }
  }

  /// What stands in such an object before its key block or value, in the order of the specification.
  var fields: [KMIPTag] {
    switch self {
    case .certificate: [.certificateType]
    case .certificateRequest: [.certificateRequestType]
    case .opaqueObject: [.opaqueDataType]
    case .secretData: [.secretDataType]
    case .pgpKey: [.pgpKeyVersion]
    case .splitKey:
      [.splitKeyParts, .keyPartIdentifier, .splitKeyThreshold, .splitKeyMethod, .primeFieldSize]
    case .symmetricKey, .publicKey, .privateKey, .template: []
    }
  }
}

extension ReceivedObject {
  /// Whether something has to be said of each object of its type. A prime field only is where there is one.
  private static let optionalFields: Set<KMIPTag> = [.primeFieldSize]

  /// - Throws: `invalidMessage` where the object isn't there; `invalidObjectType` where it is one of another type.
  init(_ type: KMIP.ObjectType, in payload: TTLVItem) throws(KMIPFault) {
    guard let object = payload[type.object], object.isStructure else {
      guard KMIP.ObjectType.allCases.contains(where: { payload[$0.object] != nil }) else {
        throw .missing("The object")
      }
      throw KMIPFault(.invalidObjectType, "The object isn't of the type that the request says.")
    }
    self.type = type
    var notes = AttributeList()
    for tag in type.fields {
      guard let item = object[tag] else {
        if ReceivedObject.optionalFields.contains(tag) { continue }
        throw .missing(KMIPRegistry.name(of: tag) ?? "A field")
      }
      guard KMIPRegistry.types(of: tag)?.contains(item.type) ?? false else { throw .malformed("The object") }
      notes.add(item, as: AttributeName(tag))
    }
    self.notes = notes
    guard let place = type.value else {
      block = try KeyBlock(try object.required(.keyBlock) { $0 })
      value = nil
      return
    }
    block = nil
    value = try object.required(place) { $0.type == .byteString ? $0 : nil }
  }
}
