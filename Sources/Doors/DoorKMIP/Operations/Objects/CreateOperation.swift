import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a symmetric key or secret data (KMIP 2.1 section 6.1.8).
struct CreateOperation: KMIPOperation {
  static let code = KMIP.Operation.create

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let type = try payload.objectType()
    let attributes = try await call.attributes(in: payload[call.attributesTag], of: type)
    let kind = try NewKeyKind(type, attributes)
    try attributes.checkQuantumSafety(kind.spec)
    let version = call.version
    let work = ObjectWork("Create", in: call.home, making: [.createKey]) { scene throws(KMSError) in
      var draft = ObjectDraft(
        type, .generated, spec: kind.spec, source: .generated(length: kind.length), attributes: attributes)
      if type == .secretData { draft.beSecret(version) }
      return try KMIPFault.passing { () throws(KMIPFault) in
        ObjectPlan(makes: [try draft.made(at: scene.now, in: version)])
      }
    }
    guard let made = try await call.made(by: work).first else { throw .noObject }
    output.enumeration(type)
    output.text(.uniqueIdentifier, made.record.identifier)
    call.yield(made.record.identifier, as: .create)
  }
}

extension ObjectDraft {
  /// What has to be known of secret data that nobody registered.
  mutating func beSecret(_ version: KMIPVersion, _ type: KMIP.SecretDataType = .password) {
    served.set(type)
    if attributes.first(.keyFormatType) == nil {
      served.set(version < .v2_0 ? KMIP.KeyFormatType.opaque : .raw)
    }
  }
}
