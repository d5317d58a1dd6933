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
    .rotateName, .operationPolicyName, .nistKeyType,
  ]

  static func isIndexed(_ tag: KMIPTag) -> Bool { indexed.contains(tag) }

  /// All terms of an object with these attributes.
  /// - Parameter kind: what it is where the attributes don't say it.
  static func terms(_ kept: AttributeList, _ type: KMIP.ObjectType, _ kind: KMIPKeyKind?) -> [UInt64] {
    var terms = kept.instances.filter { isIndexed($0.tag) }.map { term($0.item) } + [any, term(type)]
    if let kind, kept.first(.cryptographicAlgorithm) == nil {
      terms.append(term(AttributeList.item { $0.enumeration(kind.algorithm) }))
    }
    if let length = kind?.length, kept.first(.cryptographicLength) == nil {
      terms.append(term(AttributeList.item { $0.integer(.cryptographicLength, length) }))
    }
    return Set(terms).sorted()
  }

  /// How objects are named in the keyring: each name once among public keys, and once among all others. Clients give the halves of a
  /// pair one name, which is among what is said of both (KMIP 2.1 section 6.1.9).
  static func names(_ kept: AttributeList, of type: KMIP.ObjectType) -> [String] {
    let space = type == .publicKey ? "public:" : ""
    let names = kept.values(.name).map { name in
      space + "\(name[.nameType]?.enumeration ?? 1):\(name[.nameValue]?.text ?? "")"
    }
    return Set(names + (kept.text(.authorityNote).map { [authority($0)] } ?? [])).sorted()
  }

  /// What a part of the account's certificate authority is called: no client can call anything so, since names begin with the number
  /// of their type.
  static func authority(_ part: String) -> String { "authority:\(part)" }
}
