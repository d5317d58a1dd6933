import KMSDomain
import KMSEngine
import WireKMIP

/// Takes an object in that a client brings (KMIP 2.1 section 6.1.43).
struct RegisterOperation: KMIPOperation {
  static let code = KMIP.Operation.register

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let type = try payload.objectType()
    let attributes = try await call.attributes(in: payload[call.attributesTag], of: type)
    let identifier: String
    if type == .template {
      identifier = try await registerTemplate(payload, attributes, call)
    } else {
      identifier = try await Registration(
        name: "Register", action: .registerObject, cause: .registered, call: call,
        object: try ReceivedObject(type, in: payload), attributes: attributes
      ).register()
    }
    output.text(.uniqueIdentifier, identifier)
    call.yield(identifier, as: .register)
  }

  private static func registerTemplate(
    _ payload: TTLVItem, _ attributes: AttributeList, _ call: KMIPCall
  ) async throws(KMIPFault) -> String {
    guard call.version < .v2_0, let template = payload[.template] else { throw .missing("The template") }
    let content = try AttributeReader.read(template, call.version)
    var attributes = attributes
    // Its own name may also stand among what it gives to objects.
    for name in content.all(.name) { attributes.add(name.item, as: name.name) }
    let (named, version) = (attributes, call.version)
    let work = ObjectWork("Register", in: call.home, making: [.registerObject]) { scene throws(KMSError) in
      var draft = ObjectDraft(.template, .registered, spec: .bytes, source: .none, attributes: named)
      draft.setTemplate(content)
      return try KMIPFault.passing { () throws(KMIPFault) in
        ObjectPlan(makes: [try draft.made(at: scene.now, in: version)])
      }
    }
    guard let made = try await call.made(by: work).first else { throw .noObject }
    return made.record.identifier
  }
}

extension KMIPCall {
  /// In which attributes of one object are given.
  var attributesTag: KMIPTag { version < .v2_0 ? .templateAttribute : .attributes }
}

extension TTLVItem {
  /// - Throws: `invalidMessage`; `invalidObjectType` for a type that nobody knows.
  func objectType() throws(KMIPFault) -> KMIP.ObjectType {
    let number = try required(.objectType, \.enumeration)
    guard let type = KMIP.ObjectType(rawValue: number) else {
      throw KMIPFault(.invalidObjectType, "The type of object isn't known.")
    }
    return type
  }
}
