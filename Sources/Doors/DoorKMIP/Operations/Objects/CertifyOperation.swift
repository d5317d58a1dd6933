import KMSDomain
import KMSEngine
import WireKMIP

/// Makes a certificate of a public key (KMIP 2.1 section 6.1.6).
struct CertifyOperation: KMIPOperation {
  static let code = KMIP.Operation.certify

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    let attributes = try await call.attributes(in: payload[call.attributesTag], of: .certificate)
    let made = try await CertifiedSubject(payload, call).certified(attributes, by: "Certify", call)
    output.text(.uniqueIdentifier, made)
    call.yield(made, as: .certify)
  }
}

extension CertifiedSubject {
  /// Makes the certificate.
  /// - Returns: its identifier.
  func certified(
    _ attributes: AttributeList, by operation: String, _ call: KMIPCall
  ) async throws(KMIPFault) -> String {
    let authority = try await Authority.find(operation, .certify, call)
    let certification = Certification(
      authority: authority, subject: self, serial: call.serial(), version: call.version)
    let inputs =
      [ObjectWork.Input(.certify, on: authority.reference, opens: true)]
      + (object.map { [ObjectWork.Input(.certify, on: $0)] } ?? [])
    let work = ObjectWork(operation, in: call.home, on: inputs, making: [.certify]) {
      scene throws(KMSError) in
      try KMIPFault.passing { () throws(KMIPFault) in
        let draft = try certification.draft(attributes, at: scene.now, scene.inputs)
        return ObjectPlan(
          makes: [try draft.made(at: scene.now, in: certification.version)],
          edits: [nil] + (try certification.edits(scene, from: 1)))
      }
    }
    guard let made = try await call.made(by: work).first else { throw .noObject }
    return made.record.identifier
  }
}

/// Whose certificate it is to be.
struct CertifiedSubject: Sendable {
  /// The public key, where that is an object.
  let object: KeyReference?
  /// SubjectPublicKeyInfo: DER.
  let publicKey: [UInt8]
  let request: CertificationRequest?
}

extension CertifiedSubject {
  /// By a request, by a public key or a request that is an object, or by both.
  /// - Throws: `invalidCSR`; `invalidObjectType`; `invalidField` where request and public key are of two keys.
  init(_ payload: TTLVItem, _ call: KMIPCall) async throws(KMIPFault) {
    let brought = try CertifiedSubject.request(payload)
    if brought != nil, payload[.uniqueIdentifier] == nil {
      try self.init(nil, nil, brought)
      return
    }
    let reference = try call.reference(payload)
    guard let key = try await call.run(ReadObjects("Certify", .certify, of: [reference])).first?.key else {
      throw .noObject
    }
    let object = KMIPObject(key, at: call.now)
    switch object.type {
    case .publicKey:
      try self.init(reference, object.record.version(object.record.current)?.publicKey, brought)
    case .certificateRequest:
      try self.init(nil, nil, try await CertifiedSubject.request(reference, call))
    case .certificate, .symmetricKey, .privateKey, .splitKey, .template, .secretData, .opaqueObject, .pgpKey:
      throw KMIPFault(
        .invalidObjectType, older: .permissionDenied,
        "Only public keys and certificate requests are certified.")
    }
  }

  init(
    _ object: KeyReference?, _ publicKey: [UInt8]?, _ request: CertificationRequest?
  ) throws(KMIPFault) {
    guard let key = publicKey ?? request?.publicKey else {
      throw KMIPFault(.invalidObjectType, "The public key isn't one that can be certified.")
    }
    guard request == nil || request?.publicKey == key else {
      throw KMIPFault(.invalidField, "The certificate request is for another key.")
    }
    self.object = object
    self.publicKey = key
    self.request = request
  }

  /// In the payload: under one tag before 2.0, and under another since.
  static func request(_ payload: TTLVItem) throws(KMIPFault) -> CertificationRequest? {
    let item = payload[.certificateRequestValue] ?? payload[.certificateRequest]
    guard let item else { return nil }
    guard let bytes = item.byteString else { throw .malformed("The certificate request") }
    return try CertificationRequest(
      bytes, try payload.required(.certificateRequestType) { $0.enumeration() })
  }

  /// A request that is an object.
  static func request(
    _ reference: KeyReference, _ call: KMIPCall
  ) async throws(KMIPFault) -> CertificationRequest {
    let found = try await call.certificate(reference, for: "Certify")
    guard let type = found.object.kept.enumeration(KMIP.CertificateRequestType.self) else {
      throw .unusableRequest
    }
    return try CertificationRequest(found.bytes, type)
  }
}
