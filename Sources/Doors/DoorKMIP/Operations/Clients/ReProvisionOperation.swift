import Crypto
import KMSBytes
import KMSDomain
import KMSEngine
import WireKMIP

/// Gives the client another certificate to be known by (KMIP 2.1 section 6.1.48): its own, or one that the account's authority makes
/// for its request. The one it has stays good until its end, so that nobody is locked out whom the answer didn't reach.
struct ReProvisionOperation: KMIPOperation {
  static let code = KMIP.Operation.reProvision

  static func run(
    _ payload: TTLVItem, _ call: KMIPCall, into output: inout TTLVWriter
  ) async throws(KMIPFault) {
    guard !call.undoes else { throw .unsupported("Taking this back") }
    let user = try call.ownName()
    let identifier = try await certificate(payload, call)
    let bytes = try await call.certificate(call.reference(identifier), for: "ReProvision").bytes
    let work = AddClientCertificate(try NewClientCertificate(bytes), to: user, in: call.home.account)
    _ = try await call.run(work)
    output.text(.uniqueIdentifier, identifier)
  }

  /// The certificate as an object.
  private static func certificate(_ payload: TTLVItem, _ call: KMIPCall) async throws(KMIPFault) -> String {
    if payload[.certificate] != nil {
      return try await Registration(
        name: "ReProvision", action: .registerObject, cause: .registered, call: call,
        object: try ReceivedObject(.certificate, in: payload), attributes: AttributeList()
      ).register()
    }
    guard payload[.certificateRequest] != nil else {
      throw .unsupported("A private key that the server makes for a client")
    }
    let object = try ReceivedObject(.certificateRequest, in: payload)
    guard let type = object.notes.enumeration(KMIP.CertificateRequestType.self), let value = object.value
    else {
      throw .malformed("The certificate request")
    }
    let subject = try CertifiedSubject(
      nil, nil, try CertificationRequest(value.withValue { [UInt8](copying: $0) }, type))
    var attributes = AttributeList()
    attributes.set(.cryptographicUsageMask, to: KMIP.CryptographicUsageMask.sign.rawValue)
    return try await subject.certified(attributes, by: "ReProvision", call)
  }
}

extension KMIPCall {
  /// - Throws: `permissionDenied` for whoever isn't a user who showed a certificate of its own: a ticket doesn't make credentials.
  fileprivate func ownName() throws(KMIPFault) -> String {
    guard ticket == nil, peer.fingerprint != nil, caller.session == nil, let name = caller.userName else {
      throw KMIPFault(.permissionDenied, "Only a client with a certificate gets another one.")
    }
    return name
  }
}

extension NewClientCertificate {
  /// - Throws: `invalidField` for what isn't an X.509 certificate.
  fileprivate init(_ certificate: [UInt8]) throws(KMIPFault) {
    guard let facts = CertificateFacts(certificate),
      let fingerprint = CertificateFingerprint(Array(SHA256.hash(data: certificate)))
    else { throw KMIPFault(.invalidField, "The value isn't an X.509 certificate.") }
    self.init(
      fingerprint: fingerprint, label: facts.subject.line,
      notBefore: Instant(milliseconds: facts.validity.lowerBound * 1000),
      notAfter: Instant(milliseconds: facts.validity.upperBound * 1000))
  }
}
