import KMSBytes
import SwiftASN1
import WireKMIP

/// A distinguished name, as DER, as its parts and as a line (RFC 5280 section 4.1.2.4, RFC 4514).
struct DistinguishedText {
  struct Part {
    let type: ASN1ObjectIdentifier
    let value: String
  }

  let der: [UInt8]
  /// In the order of the name: the country mostly comes first.
  private let groups: [[Part]]

  init(_ node: ASN1Node) throws {
    der = Array(node.encodedBytes)
    groups = try DER.sequence(node, identifier: .sequence) { sets in
      var groups: [[Part]] = []
      while let set = sets.next() { groups.append(try DistinguishedText.parts(set)) }
      return groups
    }
  }

  var parts: [Part] { groups.flatMap { $0 } }

  private static func parts(_ set: ASN1Node) throws -> [Part] {
    guard set.identifier == .set, case .constructed(let nodes) = set.content else {
      throw ASN1Error.unexpectedFieldType(set.identifier)
    }
    return try nodes.map { node in
      try DER.sequence(node, identifier: .sequence) { fields in
        let type = try ASN1ObjectIdentifier(derEncoded: try fields.taken())
        return Part(type: type, value: text(try fields.taken()))
      }
    }
  }

  /// A string of any of the types that names have; what can't be read so, or couldn't be written in a Text String, comes out as hex of
  /// its DER.
  private static func text(_ node: ASN1Node) -> String {
    guard case .primitive(let bytes) = node.content, let text = decoded(bytes, node.identifier),
      !text.utf8.contains(0)
    else { return "#" + Hex.string(Array(node.encodedBytes)) }
    return text
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>, _ type: ASN1Identifier) -> String? {
    switch type {
    case .utf8String, .printableString, .ia5String: String(validating: bytes, as: UTF8.self)
    case .teletexString: String(decoding: bytes.map(UInt16.init), as: UTF16.self)
    case .bmpString: bytes.count.isMultiple(of: 2) ? wide(Array(bytes)) : nil
    default: nil
    }
  }

  private static func wide(_ bytes: [UInt8]) -> String? {
    let units = stride(from: 0, to: bytes.count, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    return String(validating: units, as: UTF16.self)
  }
}

extension DistinguishedText {
  /// The name as a line, the most specific part first.
  var line: String {
    groups.reversed().map { group in
      group.map { "\(DistinguishedText.word($0.type))=\(DistinguishedText.escaped($0.value))" }
        .joined(separator: "+")
    }.joined(separator: ",")
  }

  private static let words: [ASN1ObjectIdentifier: String] = [
    NameTypes.commonName: "CN", NameTypes.serialNumber: "SERIALNUMBER", NameTypes.country: "C",
    NameTypes.locality: "L", NameTypes.state: "ST", NameTypes.organization: "O",
    NameTypes.organizationalUnit: "OU", NameTypes.title: "T", NameTypes.dnQualifier: "DNQ",
    NameTypes.userID: "UID", NameTypes.domainComponent: "DC", NameTypes.email: "EMAILADDRESS",
  ]

  private static func word(_ type: ASN1ObjectIdentifier) -> String { words[type] ?? "\(type)" }

  /// RFC 4514 section 2.4.
  private static func escaped(_ value: String) -> String {
    var result = ""
    for (place, character) in value.unicodeScalars.enumerated() {
      let isAtStart = place == 0 && (character == "#" || character == " ")
      let isAtEnd = place == value.unicodeScalars.count - 1 && character == " "
      if "\",+;<>\\".unicodeScalars.contains(character) || isAtStart || isAtEnd { result += "\\" }
      result.unicodeScalars.append(character)
    }
    return result
  }
}

/// Types of parts of names that KMIP has attributes for.
enum NameTypes {
  static let commonName: ASN1ObjectIdentifier = [2, 5, 4, 3]
  static let serialNumber: ASN1ObjectIdentifier = [2, 5, 4, 5]
  static let country: ASN1ObjectIdentifier = [2, 5, 4, 6]
  static let locality: ASN1ObjectIdentifier = [2, 5, 4, 7]
  static let state: ASN1ObjectIdentifier = [2, 5, 4, 8]
  static let organization: ASN1ObjectIdentifier = [2, 5, 4, 10]
  static let organizationalUnit: ASN1ObjectIdentifier = [2, 5, 4, 11]
  static let title: ASN1ObjectIdentifier = [2, 5, 4, 12]
  static let dnQualifier: ASN1ObjectIdentifier = [2, 5, 4, 46]
  static let userID: ASN1ObjectIdentifier = [0, 9, 2342, 19_200_300, 100, 1, 1]
  static let domainComponent: ASN1ObjectIdentifier = [0, 9, 2342, 19_200_300, 100, 1, 25]
  static let email: ASN1ObjectIdentifier = [1, 2, 840, 113_549, 1, 9, 1]

  /// Each with the attributes of subject and issuer, in the order of the specification.
  static let attributes: [(type: ASN1ObjectIdentifier, subject: KMIPTag, issuer: KMIPTag)] = [
    (commonName, .certificateSubjectCN, .certificateIssuerCN),
    (organization, .certificateSubjectO, .certificateIssuerO),
    (organizationalUnit, .certificateSubjectOU, .certificateIssuerOU),
    (email, .certificateSubjectEmail, .certificateIssuerEmail),
    (country, .certificateSubjectC, .certificateIssuerC),
    (state, .certificateSubjectST, .certificateIssuerST),
    (locality, .certificateSubjectL, .certificateIssuerL),
    (userID, .certificateSubjectUID, .certificateIssuerUID),
    (serialNumber, .certificateSubjectSerialNumber, .certificateIssuerSerialNumber),
    (title, .certificateSubjectTitle, .certificateIssuerTitle),
    (domainComponent, .certificateSubjectDC, .certificateIssuerDC),
    (dnQualifier, .certificateSubjectDNQualifier, .certificateIssuerDNQualifier),
  ]
}
