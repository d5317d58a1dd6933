import SwiftASN1
import WireKMIP
import X509

/// A request for a certificate (RFC 2986), whose signature has proved that whoever made it has the private key.
struct CertificationRequest {
  /// Name and SubjectPublicKeyInfo: DER.
  let subject: [UInt8]
  let publicKey: [UInt8]
  /// Names under which the subject wants to be known beside that, as the extension that it asks for; nil: none.
  let alternativeNames: Certificate.Extension?
}

extension CertificationRequest {
  /// - Throws: `invalidCSR` for what isn't a request, and for one whose signature isn't its key's or is of a kind that nobody here can
  ///   verify; `featureNotSupported` for requests of other kinds.
  init(_ bytes: [UInt8], _ type: KMIP.CertificateRequestType) throws(KMIPFault) {
    let der: [UInt8]
    switch type {
    case .pkcs10: der = bytes
    case .pem: der = try CertificationRequest.unarmoured(bytes)
    case .crmf, .pgp: throw .unsupported("A certificate request of that type")
    }
    do {
      try self.init(parsing: der)
    } catch {
      throw .unusableRequest
    }
  }

  private init(parsing der: [UInt8]) throws {
    let request = try CertificateSigningRequest(derEncoded: der)
    guard request.publicKey.isValidSignature(request.signature, for: request) else {
      throw ASN1Error.invalidASN1Object(reason: "The signature is wrong")
    }
    let root = try DER.parse(der)
    (subject, publicKey) = try DER.sequence(root, identifier: .sequence) { parts in
      let info = try parts.taken()
      while parts.next() != nil {}
      return try DER.sequence(info, identifier: .sequence) { fields in
        _ = try fields.taken()
        let subject = try fields.taken()
        let key = try fields.taken()
        while fields.next() != nil {}
        return (Array(subject.encodedBytes), Array(key.encodedBytes))
      }
    }
    let wanted = try request.attributes.extensionRequest?.extensions
    alternativeNames = wanted?[oid: .X509ExtensionID.subjectAlternativeName]
  }

  /// What a certificate says, so that another may say it again. Whoever has that has proved before to have the key.
  init(renewing facts: CertificateFacts) {
    subject = facts.subject.der
    publicKey = facts.publicKey
    alternativeNames = nil
  }

  private static func unarmoured(_ bytes: [UInt8]) throws(KMIPFault) -> [UInt8] {
    guard let text = String(validating: bytes, as: UTF8.self),
      let document = try? PEMDocument(pemString: text),
      document.discriminator == CertificateSigningRequest.defaultPEMDiscriminator
    else { throw .unusableRequest }
    return document.derBytes
  }
}

extension KMIPFault {
  static let unusableRequest = KMIPFault(
    .invalidCSR, "The certificate request isn't one, or its signature isn't right.")
}
