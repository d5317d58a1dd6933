import KMSDomain
import KMSEngine
import SwiftASN1
import WireKMIP
import X509

/// A certificate that is about to be issued.
struct Certification: Sendable {
  let authority: Authority
  let subject: CertifiedSubject
  let serial: [UInt8]
  let version: KMIPVersion

  private static let lifetimeDays = 365
}

extension Certification {
  /// - Parameter inputs: the authority's key, then the public key where that is an object.
  /// - Throws: `wrongKeyLifecycleState` when the authority is no longer active.
  func draft(
    _ attributes: AttributeList, at now: Instant, _ inputs: [ProtectedKey]
  ) throws(KMIPFault) -> ObjectDraft {
    guard let key = inputs.first else { throw .noObject }
    let authority = try Authority(key, at: now, authority.reference)
    let content = CertificateContent(
      serial: serial, issuer: authority.name, subject: try name(attributes, inputs),
      publicKey: subject.publicKey, validity: try validity(attributes, at: now, authority),
      extensions: try CertificateExtensions.client(
        subject.publicKey, under: authority.publicKey,
        for: KMIP.CryptographicUsageMask(rawValue: attributes.integer(.cryptographicUsageMask) ?? 0),
        subject.request?.alternativeNames))
    var own = attributes
    for tag in AttributeRules.certificateFields { own.remove(tag) }
    var draft = try ObjectDraft(certificate: content, attributes: own)
    if let key = publicKey(inputs) { draft.served.addLink(.publicKeyLink, to: key.record.identifier) }
    return draft
  }

  /// What becomes of the public key: it has one certificate, the latest.
  /// - Parameter first: its place among the inputs, where it is one.
  func edits(_ scene: ObjectScene, from first: Int) throws(KMIPFault) -> [ObjectEdit?] {
    guard subject.object != nil, scene.inputs.indices.contains(first),
      let identifier = scene.identifiers.first
    else { return [] }
    let object = KMIPObject(scene.inputs[first], at: scene.now)
    return [
      try object.edited { change throws(KMIPFault) in
        change.kept.removeLinks(.certificateLink)
        change.kept.addLink(.certificateLink, to: identifier)
      }
    ]
  }

  private func publicKey(_ inputs: [ProtectedKey]) -> ProtectedKey? {
    subject.object == nil ? nil : inputs.last
  }

  /// From the client's activation date, or now, to its deactivation date, or for a year: never longer than the authority's.
  private func validity(
    _ attributes: AttributeList, at now: Instant, _ authority: Authority
  ) throws(KMIPFault) -> ClosedRange<Int64> {
    let first = max(attributes.date(.activationDate) ?? now, now)
    let last = attributes.date(.deactivationDate) ?? first.advanced(days: Certification.lifetimeDays)
    let end = min(last.seconds, authority.validity.upperBound)
    guard first.seconds <= end else {
      throw KMIPFault(.invalidAttributeValue, "The certificate would end before it begins.")
    }
    return first.seconds...end
  }

  /// As the request has it; else as the attributes of 2.x say it; else the identifier of the key.
  private func name(_ attributes: AttributeList, _ inputs: [ProtectedKey]) throws(KMIPFault) -> [UInt8] {
    if let request = subject.request { return request.subject }
    do {
      var parts: [RelativeDistinguishedName] = []
      for (type, tag, _) in NameTypes.attributes.reversed() {
        for text in attributes.values(tag).compactMap(\.text) {
          parts.append(RelativeDistinguishedName(.init(type: type, utf8String: text)))
        }
      }
      if parts.isEmpty, let key = publicKey(inputs) {
        let name = RelativeDistinguishedName.Attribute(
          type: NameTypes.commonName, utf8String: key.record.identifier)
        parts.append(RelativeDistinguishedName(name))
      }
      var serializer = DER.Serializer()
      try serializer.serialize(DistinguishedName(parts))
      return serializer.serializedBytes
    } catch {
      throw KMIPFault(.invalidAttributeValue, "The subject's name can't be written.")
    }
  }
}

extension ObjectDraft {
  /// A certificate that the first input of the work signs.
  init(certificate content: CertificateContent, attributes: AttributeList) throws(KMIPFault) {
    let signed = try content.encoded()
    self.init(
      .certificate, .generated, spec: .bytes,
      source: .signed(CertificateContent.signing, content: signed) { signature in
        CertificateContent.certificate(signed, signature: signature)
      }, attributes: attributes)
    // What it says doesn't depend on the signature, only on how long that is.
    let blank = [UInt8](repeating: 0, count: Authority.signatureLength)
    guard let facts = CertificateFacts(CertificateContent.certificate(signed, signature: blank)) else {
      throw KMIPFault(.generalFailure, "Such a certificate can't be written.")
    }
    served.set(KMIP.CertificateType.x509)
    served.append(contentsOf: facts.attributes())
    served.append(contentsOf: facts.keyAttributes)
  }
}
