import WireKMIP

/// Every attribute of the specification, one line each, in the order in which they are listed to clients.
enum AttributeRules {
  static let all: [AttributeRule] =
    [
      rule(.uniqueIdentifier, .all, by: .none),
      rule(.shortUniqueIdentifier, since: .v2_0, .all, by: .none),
      rule(.name, .all, many: true, by: .all),
      rule(.objectType, .all, by: .none),
      rule(.cryptographicAlgorithm, [.keys, .secrets, .certificates, .templates], by: .give),
      rule(.cryptographicLength, [.keys, .secrets, .certificates, .templates], by: .give),
      rule(.cryptographicParameters, [.keys, .secrets, .certificates, .templates], many: true, by: .all),
      rule(.cryptographicDomainParameters, [.pairs, .templates], by: .give),
      rule(.certificateType, .certificates, narrow: true, by: .give),
      rule(.certificateLength, since: .v1_1, .certificates, narrow: true, by: .none),
      rule(.x509CertificateIdentifier, since: .v1_1, .certificates, narrow: true, by: .none),
      rule(.x509CertificateSubject, since: .v1_1, .certificates, narrow: true, by: .none),
      rule(.x509CertificateIssuer, since: .v1_1, .certificates, narrow: true, by: .none),
      rule(.certificateIdentifier, until: .v1_4, .certificates, by: .none),
      rule(.certificateSubject, until: .v1_4, .certificates, by: .none),
      rule(.certificateIssuer, until: .v1_4, .certificates, by: .none),
      rule(.digitalSignatureAlgorithm, since: .v1_1, [.certificates, .pgp], narrow: true, by: .none),
      rule(.digest, [.cryptographic, .opaque], many: true, by: .none),
      rule(.operationPolicyName, until: .v1_4, .all, by: .give),
      rule(.cryptographicUsageMask, [.cryptographic, .templates], by: .give),
      rule(.leaseTime, .all, by: .none),
      rule(.usageLimits, [.keys, .templates], by: .all, .unused),
      rule(.state, .cryptographic, by: .none),
      rule(.initialDate, .all, by: .none),
      rule(.activationDate, [.cryptographic, .templates], by: [.give, .add, .modify], .preActive),
      rule(.processStartDate, [.symmetric, .templates], by: [.give, .add, .modify], .untilReached),
      rule(.protectStopDate, [.symmetric, .templates], by: [.give, .add, .modify], .untilReached),
      rule(.deactivationDate, [.cryptographic, .templates], by: [.give, .add, .modify], .preActiveOrActive),
      rule(.destroyDate, [.cryptographic, .opaque], by: .none),
      rule(.compromiseOccurrenceDate, [.cryptographic, .opaque], by: .none),
      rule(.compromiseDate, [.cryptographic, .opaque], by: .none),
      rule(.revocationReason, [.cryptographic, .opaque], by: .none),
      rule(.archiveDate, .all, by: .none),
      rule(.objectGroup, .all, many: true, by: .all),
      rule(.fresh, since: .v1_1, .cryptographic, by: .give),
      rule(.link, [.cryptographic, .opaque], many: true, by: .all),
      rule(.applicationSpecificInformation, .all, many: true, by: .all),
      rule(.contactInformation, .all, by: .all),
      rule(.lastChangeDate, .all, by: .none),
      rule(.attribute, .all, many: true, by: .all),
      rule(.alternativeName, since: .v1_2, .all, many: true, by: .all),
      rule(.keyValuePresent, since: .v1_2, .material, by: .none),
      rule(.keyValueLocation, since: .v1_2, .material, many: true, by: .all),
      rule(.originalCreationDate, since: .v1_2, .all, by: .give),
      rule(.randomNumberGenerator, since: .v1_3, .cryptographic, by: .give),
      rule(.pkcs12FriendlyName, since: .v1_4, .cryptographic, by: .all),
      rule(.description, since: .v1_4, .all, by: .all),
      rule(.comment, since: .v1_4, .all, by: .all),
      rule(.sensitive, since: .v1_4, .all, by: [.give, .modify]),
      rule(.alwaysSensitive, since: .v1_4, .all, by: .none),
      rule(.extractable, since: .v1_4, .all, by: [.give, .modify]),
      rule(.neverExtractable, since: .v1_4, .all, by: .none),
      rule(.keyFormatType, since: .v2_0, .all, by: .give),
      rule(.nistKeyType, since: .v2_0, .all, many: true, by: [.give, .add]),
      rule(.opaqueDataType, since: .v2_0, .opaque, narrow: true, by: .none),
      rule(.protectionLevel, since: .v2_0, .all, by: .all),
      rule(.protectionPeriod, since: .v2_0, .all, by: .all),
      rule(.protectionStorageMask, since: .v2_0, .all, by: .give),
      rule(.quantumSafe, since: .v2_0, .all, by: .all),
      rule(.rotateInterval, since: .v2_1, .all, by: [.give, .add, .modify]),
      rule(.rotateAutomatic, since: .v2_1, .all, by: [.give, .add, .modify]),
      rule(.rotateOffset, since: .v2_1, .all, by: [.give, .add, .modify]),
      rule(.rotateDate, since: .v2_1, .all, by: .none),
      rule(.rotateGeneration, since: .v2_1, .all, by: .none),
      rule(.rotateName, since: .v2_1, .all, by: .all),
      rule(.rotateLatest, since: .v2_1, .all, by: .none),
    ] + certificateFields.map { rule($0, since: .v1_4, .certificates, narrow: true, many: true, by: .give) }

  /// What 2.x calls Certificate Attributes: the parts of the names in a certificate.
  static let certificateFields: [KMIPTag] = [
    .certificateSubjectCN, .certificateSubjectO, .certificateSubjectOU, .certificateSubjectEmail,
    .certificateSubjectC, .certificateSubjectST, .certificateSubjectL, .certificateSubjectUID,
    .certificateSubjectSerialNumber, .certificateSubjectTitle, .certificateSubjectDC,
    .certificateSubjectDNQualifier, .certificateIssuerCN, .certificateIssuerO, .certificateIssuerOU,
    .certificateIssuerEmail, .certificateIssuerC, .certificateIssuerST, .certificateIssuerL,
    .certificateIssuerUID, .certificateIssuerSerialNumber, .certificateIssuerTitle, .certificateIssuerDC,
    .certificateIssuerDNQualifier,
  ]

  private static let byTag = Dictionary(uniqueKeysWithValues: all.map { ($0.tag, $0) })

  /// nil for what is no attribute: the door's own notes, and whatever else a client may have sent.
  static func rule(for tag: KMIPTag) -> AttributeRule? { byTag[tag] }

  /// - Throws: `unsupportedAttribute` for what isn't one in that version.
  static func rule(for name: AttributeName, in version: KMIPVersion) throws(KMIPFault) -> AttributeRule {
    guard let rule = byTag[name.tag], rule.isKnown(in: version) else {
      throw KMIPFault(.unsupportedAttribute, "\(name) isn't an attribute.")
    }
    return rule
  }

  private static func rule(
    _ tag: KMIPTag, since first: KMIPVersion = .v1_0, until last: KMIPVersion? = nil, _ objects: ObjectTypes,
    narrow: Bool = false, many: Bool = false, by client: AttributeRule.Client,
    _ condition: AttributeRule.Condition = .none
  ) -> AttributeRule {
    AttributeRule(
      tag: tag, first: first, last: last, objects: objects, isNarrow: narrow, isMultiple: many,
      client: client,
      condition: condition)
  }
}
