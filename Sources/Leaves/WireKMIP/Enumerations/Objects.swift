extension KMIP {
  /// The kinds of managed objects (KMIP 2.1 section 11.34).
  package enum ObjectType: UInt32, KMIPEnumeration {
    case certificate = 0x1
    case symmetricKey = 0x2
    case publicKey = 0x3
    case privateKey = 0x4
    case splitKey = 0x5
    case template = 0x6
    case secretData = 0x7
    case opaqueObject = 0x8
    case pgpKey = 0x9
    case certificateRequest = 0xA

    package static let tag = KMIPTag.objectType
  }

  /// Where an object stands in its life (KMIP 2.1 section 11.55).
  package enum State: UInt32, KMIPEnumeration {
    case preActive = 0x1
    case active = 0x2
    case deactivated = 0x3
    case compromised = 0x4
    case destroyed = 0x5
    case destroyedCompromised = 0x6

    package static let tag = KMIPTag.state
  }

  /// Why an object was revoked (KMIP 2.1 section 11.48).
  package enum RevocationReasonCode: UInt32, KMIPEnumeration {
    case unspecified = 0x1
    case keyCompromise = 0x2
    case caCompromise = 0x3
    case affiliationChanged = 0x4
    case superseded = 0x5
    case cessationOfOperation = 0x6
    case privilegeWithdrawn = 0x7

    package static let tag = KMIPTag.revocationReasonCode
  }

  /// What secret data are (KMIP 2.1 section 11.52).
  package enum SecretDataType: UInt32, KMIPEnumeration {
    case password = 0x1
    case seed = 0x2

    package static let tag = KMIPTag.secretDataType
  }

  /// What a key is for, by SP 800-57 (KMIP 2.1 section 11.32).
  package enum NISTKeyType: UInt32, KMIPEnumeration {
    case privateSignatureKey = 0x1
    case publicSignatureVerificationKey = 0x2
    case symmetricAuthenticationKey = 0x3
    case privateAuthenticationKey = 0x4
    case publicAuthenticationKey = 0x5
    case symmetricDataEncryptionKey = 0x6
    case symmetricKeyWrappingKey = 0x7
    case symmetricRandomNumberGenerationKey = 0x8
    case symmetricMasterKey = 0x9
    case privateKeyTransportKey = 0xA
    case publicKeyTransportKey = 0xB
    case symmetricKeyAgreementKey = 0xC
    case privateStaticKeyAgreementKey = 0xD
    case publicStaticKeyAgreementKey = 0xE
    case privateEphemeralKeyAgreementKey = 0xF
    case publicEphemeralKeyAgreementKey = 0x10
    case symmetricAuthorizationKey = 0x11
    case privateAuthorizationKey = 0x12
    case publicAuthorizationKey = 0x13

    package static let tag = KMIPTag.nistKeyType
  }

  /// How well an object is kept (KMIP 2.1 section 11.42).
  package enum ProtectionLevel: UInt32, KMIPEnumeration {
    case high = 0x1
    case low = 0x2

    package static let tag = KMIPTag.protectionLevel
  }

  /// What usage limits count (KMIP 2.1 section 11.60).
  package enum UsageLimitsUnit: UInt32, KMIPEnumeration {
    case byte = 0x1
    case object = 0x2

    package static let tag = KMIPTag.usageLimitsUnit
  }

  /// Which member of a group is meant (KMIP 2.1 section 11.33).
  package enum ObjectGroupMember: UInt32, KMIPEnumeration {
    case groupMemberFresh = 0x1
    case groupMemberDefault = 0x2

    package static let tag = KMIPTag.objectGroupMember
  }

  /// Identifiers that stand for what an earlier operation of the batch made (KMIP 2.1 section 11.58).
  package enum UniqueIdentifierEnum: UInt32, KMIPEnumeration {
    case idPlaceholder = 0x1
    case certify = 0x2
    case create = 0x3
    case createKeyPair = 0x4
    case createKeyPairPrivateKey = 0x5
    case createKeyPairPublicKey = 0x6
    case createSplitKey = 0x7
    case deriveKey = 0x8
    case `import` = 0x9
    case joinSplitKey = 0xA
    case locate = 0xB
    case register = 0xC
    case reKey = 0xD
    case reCertify = 0xE
    case reKeyKeyPair = 0xF
    case reKeyKeyPairPrivateKey = 0x10
    case reKeyKeyPairPublicKey = 0x11

    package static let tag = KMIPTag.uniqueIdentifier
  }
}
