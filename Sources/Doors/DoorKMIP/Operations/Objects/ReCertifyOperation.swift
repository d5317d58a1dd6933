import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a certificate that takes the place of another (KMIP 2.1 section 6.1.45).
struct ReCertifyOperation: KMIPOperation {
  static let code = KMIP.Operation.reCertify

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let reference = try call.reference(payload)
    let given = try await call.attributes(in: payload[call.attributesTag])
    let subject = try await subject(payload, reference, call)
    let authority = try await Authority.find("ReCertify", .reCertify, call)
    let certification = Certification(
      authority: authority, subject: subject, serial: call.serial(), version: call.version)
    let inputs =
      [
        ObjectWork.Input(.reCertify, on: authority.reference, opens: true),
        ObjectWork.Input(.reCertify, on: reference),
      ] + (subject.object.map { [ObjectWork.Input(.reCertify, on: $0)] } ?? [])
    let work = ObjectWork("ReCertify", in: call.home, on: inputs, making: [.reCertify]) {
      scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in try plan(scene, payload, given, certification) }
    }
    guard let made = try await call.made(by: work).first else { throw .noObject }
    output.text(.uniqueIdentifier, made.record.identifier)
    call.yield(made.record.identifier, as: .reCertify)
  }

  /// As the client says; otherwise that of the certificate.
  private static func subject(
    _ payload: TTLVItem, _ reference: KeyReference, _ call: KMIPCall
  ) async throws(KMIPFault) -> CertifiedSubject {
    guard let key = try await call.run(ReadObjects("ReCertify", .reCertify, of: [reference])).first?.key
    else { throw .noObject }
    let object = KMIPObject(key, at: call.now)
    try object.requireReplaceable(.certificate)
    var request = try CertifiedSubject.request(payload)
    if let item = payload[.certificateRequestUniqueIdentifier] {
      request = try await CertifiedSubject.request(try call.reference(of: item), call)
    }
    if let identifier = object.link(.publicKeyLink) {
      let linked = call.reference(identifier)
      let seen = try await call.run(ReadObjects("ReCertify", .reCertify, of: [linked])).first?.key.record
      let publicKey = seen.flatMap { $0.version($0.current)?.publicKey }
      if request == nil { request = try await old(reference, call) }
      return try CertifiedSubject(linked, publicKey, request)
    }
    if request == nil { request = try await old(reference, call) }
    return try CertifiedSubject(nil, nil, request)
  }

  private static func old(
    _ reference: KeyReference, _ call: KMIPCall
  ) async throws(KMIPFault) -> CertificationRequest {
    guard let facts = CertificateFacts(try await call.certificate(reference, for: "ReCertify").bytes) else {
      throw KMIPFault(.invalidObjectType, "The certificate isn't an X.509 certificate.")
    }
    return CertificationRequest(renewing: facts)
  }

  private static func plan(
    _ scene: ObjectScene, _ payload: TTLVItem, _ given: AttributeList, _ certification: Certification
  ) throws(KMIPFault) -> ObjectPlan {
    guard scene.inputs.count > 1, let identifier = scene.identifiers.first else { throw .noObject }
    let old = KMIPObject(scene.inputs[1], at: scene.now)
    try old.requireReplaceable(.certificate)
    let replacement = try Replacement(old, payload, given: given)
    var attributes = try replacement.attributes(at: scene.now)
    // The name that the client gives comes before those that the certificate had.
    attributes.remove(.name)
    for name in given.all(.name) + old.kept.all(.name) { attributes.add(name.item, as: name.name) }
    var draft = try certification.draft(attributes, at: scene.now, scene.inputs)
    draft.replace(replacement)
    return ObjectPlan(
      makes: [try draft.made(at: scene.now, in: certification.version)],
      edits: [nil, try replacement.edit(replacedBy: identifier)]
        + (try certification.edits(scene, from: 2)))
  }
}
