import SwiftASN1
import WireKMIP

/// What kind of key a SubjectPublicKeyInfo holds (RFC 5280 section 4.1.2.7), in KMIP's words.
enum PublicKeyKind {
  private static let rsa: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 1]
  private static let rsaPSS: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 1, 10]
  private static let dsa: ASN1ObjectIdentifier = [1, 2, 840, 10_040, 4, 1]
  private static let curve: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 2, 1]
  private static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]
  private static let ed448: ASN1ObjectIdentifier = [1, 3, 101, 113]

  private static let curves: [ASN1ObjectIdentifier: (KMIP.RecommendedCurve, Int32)] = [
    [1, 2, 840, 10_045, 3, 1, 1]: (.p192, 192), [1, 3, 132, 0, 33]: (.p224, 224),
    [1, 2, 840, 10_045, 3, 1, 7]: (.p256, 256), [1, 3, 132, 0, 34]: (.p384, 384),
    [1, 3, 132, 0, 35]: (.p521, 521), [1, 3, 132, 0, 10]: (.secp256K1, 256),
  ]

  /// - Returns: nil for kinds that KMIP has no number for.
  /// - Throws: for what isn't a SubjectPublicKeyInfo.
  static func kind(_ node: ASN1Node) throws -> KMIPKeyKind? {
    try DER.sequence(node, identifier: .sequence) { fields in
      let algorithm = try fields.taken()
      let key = try ASN1BitString(derEncoded: try fields.taken())
      return try DER.sequence(algorithm, identifier: .sequence) { parts in
        let identifier = try ASN1ObjectIdentifier(derEncoded: try parts.taken())
        let parameters = parts.next()
        while parts.next() != nil {}
        return try kind(identifier, parameters, key)
      }
    }
  }

  private static func kind(
    _ algorithm: ASN1ObjectIdentifier, _ parameters: ASN1Node?, _ key: ASN1BitString
  ) throws -> KMIPKeyKind? {
    switch algorithm {
    case rsa, rsaPSS: return KMIPKeyKind(.rsa, try bits(ofFirstIn: try DER.parse(key.bytes)))
    case dsa: return KMIPKeyKind(.dsa, try parameters.map(bits(ofFirstIn:)))
    case ed25519: return KMIPKeyKind(.ed25519, 256)
    case ed448: return KMIPKeyKind(.ed448, 448)
    case curve:
      guard let parameters, let named = curves[try ASN1ObjectIdentifier(derEncoded: parameters)] else {
        return nil
      }
      return KMIPKeyKind(.ec, named.1, named.0)
    default: return nil
    }
  }

  /// Significant ones of the INTEGER that comes first in a SEQUENCE.
  private static func bits(ofFirstIn node: ASN1Node) throws -> Int32 {
    try DER.sequence(node, identifier: .sequence) { fields in
      let first = try fields.taken()
      guard first.identifier == .integer, case .primitive(let bytes) = first.content else {
        throw ASN1Error.unexpectedFieldType(first.identifier)
      }
      while fields.next() != nil {}
      guard let start = bytes.firstIndex(where: { $0 != 0 }) else { return 0 }
      return Int32(clamping: (bytes.endIndex - start) * 8 - bytes[start].leadingZeroBitCount)
    }
  }
}

/// What KMIP calls the algorithms that certificates are signed by.
enum SignatureNames {
  private static let rsa: [UInt: KMIP.DigitalSignatureAlgorithm] = [
    2: .md2WithRSAEncryption, 4: .md5WithRSAEncryption, 5: .sha1WithRSAEncryption, 10: .rsassaPSS,
    11: .sha256WithRSAEncryption, 12: .sha384WithRSAEncryption, 13: .sha512WithRSAEncryption,
    14: .sha224WithRSAEncryption,
  ]

  private static let others: [ASN1ObjectIdentifier: KMIP.DigitalSignatureAlgorithm] = [
    [1, 2, 840, 10_040, 4, 3]: .dsaWithSHA1, [2, 16, 840, 1, 101, 3, 4, 3, 1]: .dsaWithSHA224,
    [2, 16, 840, 1, 101, 3, 4, 3, 2]: .dsaWithSHA256, [1, 2, 840, 10_045, 4, 1]: .ecdsaWithSHA1,
    [1, 2, 840, 10_045, 4, 3, 1]: .ecdsaWithSHA224, [1, 2, 840, 10_045, 4, 3, 2]: .ecdsaWithSHA256,
    [1, 2, 840, 10_045, 4, 3, 3]: .ecdsaWithSHA384, [1, 2, 840, 10_045, 4, 3, 4]: .ecdsaWithSHA512,
    [2, 16, 840, 1, 101, 3, 4, 3, 14]: .sha3_256WithRSAEncryption,
    [2, 16, 840, 1, 101, 3, 4, 3, 15]: .sha3_384WithRSAEncryption,
    [2, 16, 840, 1, 101, 3, 4, 3, 16]: .sha3_512WithRSAEncryption,
  ]

  private static let byIdentifier = others.merging(
    rsa.map { ([1, 2, 840, 113_549, 1, 1, $0.key], $0.value) }, uniquingKeysWith: { first, _ in first })

  /// Of an AlgorithmIdentifier; nil for those that KMIP has no number for.
  static func algorithm(_ node: ASN1Node) throws -> KMIP.DigitalSignatureAlgorithm? {
    try DER.sequence(node, identifier: .sequence) { parts in
      let identifier = try ASN1ObjectIdentifier(derEncoded: try parts.taken())
      while parts.next() != nil {}
      return byIdentifier[identifier]
    }
  }
}
