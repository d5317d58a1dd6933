import WireKMIP

/// By what objects are found: hashes of what they have, which the store keeps without knowing what they mean.
///
/// FNV-1a of 64 bits. Two different values may share one, so whoever finds something asks the object itself.
enum SearchTerm {
  /// Every object has it.
  static let any = hash(Array("object".utf8))

  static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Of an attribute with its value, as the item that it is.
  static func term(_ item: [UInt8]) -> UInt64 { hash(item) }

  static func term(_ type: KMIP.ObjectType) -> UInt64 {
    term(AttributeList.item { $0.enumeration(type) })
  }

  /// Attributes whose values never change by themselves and are asked for as they are.
  private static let indexed: Set<KMIPTag> = [
    .name, .objectGroup, .attribute, .applicationSpecificInformation, .contactInformation, .link,
    .cryptographicAlgorithm, .cryptographicLength, .alternativeName, .certificateType,
    .x509CertificateIdentifier, .x509CertificateSubject, .x509CertificateIssuer, .description, .comment,
    .rotateName, .operationPolicyName, .nistKeyType, .uniqueIdentifier,
  ]

  static func isIndexed(_ tag: KMIPTag) -> Bool { indexed.contains(tag) }

  /// All terms of an object with these attributes.
  static func terms(_ kept: AttributeList, _ type: KMIP.ObjectType) -> [UInt64] {
    let terms = kept.instances.filter { isIndexed($0.tag) }.map { term($0.item) } + [any, term(type)]
    return Set(terms).sorted()
  }

  /// How objects are named in the keyring: each name once.
  static func names(_ kept: AttributeList) -> [String] {
    let names = kept.values(.name).map { name in
      "\(name[.nameType]?.enumeration ?? 1):\(name[.nameValue]?.text ?? "")"
    }
    return Set(names).sorted()
  }
}
