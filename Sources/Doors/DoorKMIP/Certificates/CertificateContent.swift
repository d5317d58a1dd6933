import KMSDomain
import SwiftASN1
import WireKMIP
import X509

/// What a certificate will say, before somebody signs it (RFC 5280 section 4.1.2).
struct CertificateContent: Sendable {
  /// Big-endian, without sign.
  let serial: [UInt8]
  /// Names, and SubjectPublicKeyInfo: DER.
  let issuer: [UInt8]
  let subject: [UInt8]
  let publicKey: [UInt8]
  /// Seconds since 1970.
  let validity: ClosedRange<Int64>
  let extensions: Certificate.Extensions

  /// What the authorities here sign by: RSASSA-PKCS1-v1_5 with SHA-256, which every client knows.
  static let signing = SignatureParameters(.rsaPKCS1, hash: .sha256)

  /// AlgorithmIdentifier of `signing`.
  private static let algorithm: [UInt8] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00,
  ]
}

extension CertificateContent {
  /// TBSCertificate: what is signed.
  /// - Throws: `generalFailure` for what can't be written, such as dates beyond the year 9999.
  func encoded() throws(KMIPFault) -> [UInt8] {
    do {
      var serializer = DER.Serializer()
      try serializer.appendConstructedNode(identifier: .sequence) { coder in
        let version = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
        try coder.appendConstructedNode(identifier: version) { try $0.serialize(2) }
        coder.appendPrimitiveNode(identifier: .integer) { $0.append(contentsOf: number) }
        coder.serializeRawBytes(CertificateContent.algorithm)
        coder.serializeRawBytes(issuer)
        try coder.appendConstructedNode(identifier: .sequence) { coder in
          try CertificateTime.write(validity.lowerBound, into: &coder)
          try CertificateTime.write(validity.upperBound, into: &coder)
        }
        coder.serializeRawBytes(subject)
        coder.serializeRawBytes(publicKey)
        try write(extensions, into: &coder)
      }
      return serializer.serializedBytes
    } catch {
      throw KMIPFault(.generalFailure, "Such a certificate can't be written.")
    }
  }

  /// The shortest encoding of a positive number.
  private var number: [UInt8] {
    let digits = Array(serial.drop { $0 == 0 })
    return digits.first.map { $0 >= 0x80 } ?? true ? [0] + digits : digits
  }

  private func write(_ extensions: Certificate.Extensions, into coder: inout DER.Serializer) throws {
    let place = ASN1Identifier(tagWithNumber: 3, tagClass: .contextSpecific)
    try coder.appendConstructedNode(identifier: place) { coder in
      try coder.appendConstructedNode(identifier: .sequence) { coder in
        for item in extensions {
          try coder.appendConstructedNode(identifier: .sequence) { coder in
            try coder.serialize(item.oid)
            if item.critical { try coder.serialize(true) }
            try coder.serialize(ASN1OctetString(contentBytes: item.value))
          }
        }
      }
    }
  }

  /// The certificate, from what was signed and the signature over it.
  static func certificate(_ content: [UInt8], signature: [UInt8]) -> [UInt8] {
    var serializer = DER.Serializer()
    // Appending bytes can't fail.
    try? serializer.appendConstructedNode(identifier: .sequence) { coder in
      coder.serializeRawBytes(content)
      coder.serializeRawBytes(algorithm)
      try coder.serialize(ASN1BitString(bytes: signature[...]))
    }
    return serializer.serializedBytes
  }
}
