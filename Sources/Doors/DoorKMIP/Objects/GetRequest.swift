import KMSDomain
import KMSEngine
import WireKMIP

/// How a client wants to have an object, in Get and Export (KMIP 2.1 sections 6.1.18 and 6.1.19).
struct GetRequest: Sendable {
  let reference: KeyReference
  let format: UInt32?
  let wrapType: KMIP.KeyWrapType?
  let compression: KMIP.KeyCompressionType?
  let wrapping: KeyWrapping?
  /// Attributes that are to be wrapped with the material.
  let attributes: [AttributeName]
}

extension GetRequest {
  /// - Throws: `invalidMessage`, `objectNotFound` where none is meant.
  init(_ payload: TTLVItem, _ call: KMIPCall) throws(KMIPFault) {
    reference = try call.reference(payload)
    format = try payload.field(.keyFormatType, \.enumeration)
    wrapType = try payload.enumeration(in: .keyWrapType)
    compression = try payload.enumeration(in: .keyCompressionType)
    guard let specification = payload[.keyWrappingSpecification] else {
      wrapping = nil
      attributes = []
      return
    }
    let wrapping = try KeyWrapping(specification)
    var names: [AttributeName] = []
    // Until the end, by names even where attributes are referenced otherwise.
    for item in specification.all(.attributeName) { names.append(try AttributeName(text: item.text ?? "")) }
    names += try AttributeReader.names(specification, max(call.version, .v2_0))
    guard names.isEmpty || wrapping.encoding != .noEncoding else {
      throw KMIPFault(.encodingOptionError, "Attributes can only be wrapped with an encoding.")
    }
    self.wrapping = wrapping
    attributes = names
  }
}
