extension KMIP {
  /// What a name is (KMIP 2.1 section 11.31).
  package enum NameType: UInt32, KMIPEnumeration {
    case uninterpretedTextString = 0x1
    case uri = 0x2

    package static let tag = KMIPTag.nameType
  }

  /// What an alternative name is (KMIP 2.1 section 11.2).
  package enum AlternativeNameType: UInt32, KMIPEnumeration {
    case uninterpretedTextString = 0x1
    case uri = 0x2
    case objectSerialNumber = 0x3
    case emailAddress = 0x4
    case dnsName = 0x5
    case x500DistinguishedName = 0x6
    case ipAddress = 0x7

    package static let tag = KMIPTag.alternativeNameType
  }

  /// What the name of rotated objects is (KMIP 2.1 section 11.51).
  package enum RotateNameType: UInt32, KMIPEnumeration {
    case uninterpretedTextString = 0x1
    case uri = 0x2

    package static let tag = KMIPTag.rotateNameType
  }

  /// How one object relates to another (KMIP 2.1 section 11.28).
  package enum LinkType: UInt32, KMIPEnumeration {
    case certificateLink = 0x101
    case publicKeyLink = 0x102
    case privateKeyLink = 0x103
    case derivationBaseObjectLink = 0x104
    case derivedKeyLink = 0x105
    case replacementObjectLink = 0x106
    case replacedObjectLink = 0x107
    case parentLink = 0x108
    case childLink = 0x109
    case previousLink = 0x10A
    case nextLink = 0x10B
    case pkcs12CertificateLink = 0x10C
    case pkcs12PasswordLink = 0x10D
    case wrappingKeyLink = 0x10E

    package static let tag = KMIPTag.linkType
  }

  /// What tells where a key value is (KMIP 2.1 section 11.27).
  package enum KeyValueLocationType: UInt32, KMIPEnumeration {
    case uninterpretedTextString = 0x1
    case uri = 0x2

    package static let tag = KMIPTag.keyValueLocationType
  }
}
