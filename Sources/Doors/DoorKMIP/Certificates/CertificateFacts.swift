import SwiftASN1
import WireKMIP

/// What an X.509 certificate says of itself (RFC 5280 section 4.1), as far as KMIP has attributes for it. Nothing is verified.
struct CertificateFacts {
  let byteCount: Int
  /// Of the serial number's INTEGER, without tag and length.
  let serial: [UInt8]
  let issuer: DistinguishedText
  let subject: DistinguishedText
  /// GeneralName, each as DER.
  let issuerAlternatives: [[UInt8]]
  let subjectAlternatives: [[UInt8]]
  /// Seconds since 1970.
  let validity: ClosedRange<Int64>
  /// SubjectPublicKeyInfo (DER).
  let publicKey: [UInt8]
  /// nil for kinds that KMIP has no number for.
  let key: KMIPKeyKind?
  let signature: KMIP.DigitalSignatureAlgorithm?
}

extension CertificateFacts {
  /// - Returns: nil for what isn't a certificate in DER.
  init?(_ certificate: [UInt8]) {
    do {
      try self.init(parsing: certificate)
    } catch {
      return nil
    }
  }

  private init(parsing certificate: [UInt8]) throws {
    byteCount = certificate.count
    let content = try DER.sequence(try DER.parse(certificate), identifier: .sequence) { outer in
      let content = try outer.taken()
      _ = try outer.taken()
      _ = try outer.taken()
      return content
    }
    let parts = try CertificateParts(content)
    serial = try CertificateFacts.integer(parts.serial)
    signature = try SignatureNames.algorithm(parts.signature)
    issuer = try DistinguishedText(parts.issuer)
    subject = try DistinguishedText(parts.subject)
    validity = try CertificateFacts.validity(parts.validity)
    publicKey = Array(parts.publicKey.encodedBytes)
    key = try? PublicKeyKind.kind(parts.publicKey)
    subjectAlternatives = try parts.names(of: CertificateParts.subjectAlternativeName)
    issuerAlternatives = try parts.names(of: CertificateParts.issuerAlternativeName)
  }

  private static func integer(_ node: ASN1Node) throws -> [UInt8] {
    guard node.identifier == .integer, case .primitive(let bytes) = node.content, !bytes.isEmpty else {
      throw ASN1Error.invalidASN1Object(reason: "A serial number isn't an integer")
    }
    return Array(bytes)
  }

  private static func validity(_ node: ASN1Node) throws -> ClosedRange<Int64> {
    let (first, last) = try DER.sequence(node, identifier: .sequence) { times in
      (try CertificateTime.seconds(try times.taken()), try CertificateTime.seconds(try times.taken()))
    }
    guard first <= last else {
      throw ASN1Error.invalidASN1Object(reason: "A certificate ends before it begins")
    }
    return first...last
  }
}

extension ASN1NodeCollection.Iterator {
  /// The next node.
  /// - Throws: where there is none.
  mutating func taken() throws -> ASN1Node {
    guard let node = next() else { throw ASN1Error.truncatedASN1Field() }
    return node
  }
}

/// The fields of a TBSCertificate, not yet looked into.
private struct CertificateParts {
  let serial: ASN1Node
  let signature: ASN1Node
  let issuer: ASN1Node
  let validity: ASN1Node
  let subject: ASN1Node
  let publicKey: ASN1Node
  let extensions: ASN1Node?

  static let subjectAlternativeName: ASN1ObjectIdentifier = [2, 5, 29, 17]
  static let issuerAlternativeName: ASN1ObjectIdentifier = [2, 5, 29, 18]

  init(_ content: ASN1Node) throws {
    let nodes = try DER.sequence(content, identifier: .sequence) { nodes in
      var all: [ASN1Node] = []
      while let node = nodes.next() { all.append(node) }
      return all
    }
    let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
    let fields = nodes.first?.identifier == version ? Array(nodes.dropFirst()) : nodes
    guard fields.count >= 6 else { throw ASN1Error.truncatedASN1Field() }
    (serial, signature, issuer) = (fields[0], fields[1], fields[2])
    (validity, subject, publicKey) = (fields[3], fields[4], fields[5])
    let tag = ASN1Identifier(tagWithNumber: 3, tagClass: .contextSpecific)
    extensions = fields.dropFirst(6).first { $0.identifier == tag }
  }

  /// What an extension that is a SEQUENCE of GeneralName has, each as DER.
  func names(of extensionID: ASN1ObjectIdentifier) throws -> [[UInt8]] {
    guard let extensions, case .constructed(let wrapped) = extensions.content,
      let list = wrapped.first(where: { _ in true })
    else { return [] }
    var names: [[UInt8]] = []
    try DER.sequence(list, identifier: .sequence) { items in
      while let item = items.next() {
        guard let value = try CertificateParts.value(of: item, if: extensionID) else { continue }
        try DER.sequence(try DER.parse(value), identifier: .sequence) { inner in
          while let name = inner.next() { names.append(Array(name.encodedBytes)) }
        }
      }
    }
    return names
  }

  private static func value(
    of item: ASN1Node, if extensionID: ASN1ObjectIdentifier
  ) throws -> ArraySlice<UInt8>? {
    try DER.sequence(item, identifier: .sequence) { fields in
      let found = try ASN1ObjectIdentifier(derEncoded: try fields.taken())
      var value = try fields.taken()
      if value.identifier == .boolean { value = try fields.taken() }
      let bytes = try ASN1OctetString(derEncoded: value)
      return found == extensionID ? bytes.bytes : nil
    }
  }
}
