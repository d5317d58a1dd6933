import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a key that takes the place of another (KMIP 2.1 section 6.1.46).
struct ReKeyOperation: KMIPOperation {
  static let code = KMIP.Operation.reKey

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let reference = try call.reference(payload)
    let given = try await call.attributes(in: payload[call.attributesTag])
    let version = call.version
    let work = ObjectWork(
      "ReKey", in: call.home, on: [ObjectWork.Input(.reKey, on: reference)], making: [.reKey]
    ) { scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in try plan(scene, payload, given, version) }
    }
    guard let made = try await call.made(by: work).first else { throw .noObject }
    output.text(.uniqueIdentifier, made.record.identifier)
    call.yield(made.record.identifier, as: .reKey)
  }

  private static func plan(
    _ scene: ObjectScene, _ payload: TTLVItem, _ given: AttributeList, _ version: KMIPVersion
  ) throws(KMIPFault) -> ObjectPlan {
    guard let key = scene.inputs.first, let identifier = scene.identifiers.first else { throw .noObject }
    let old = KMIPObject(key, at: scene.now)
    try old.requireReplaceable(.symmetricKey)
    return try Replacement(old, payload, given: given).symmetricKey(identifier, at: scene.now, in: version)
  }
}

extension AttributeList {
  /// With algorithm and length of a key that was made over another protocol.
  func completed(by object: KMIPObject) -> AttributeList {
    var list = self
    if list.first(.cryptographicAlgorithm) == nil, let algorithm = object.algorithm {
      list.set(.cryptographicAlgorithm) { $0.enumeration(.cryptographicAlgorithm, algorithm) }
    }
    if list.first(.cryptographicLength) == nil, let length = object.length {
      list.set(.cryptographicLength, to: length)
    }
    return list
  }
}
