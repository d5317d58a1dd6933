extension KMIP {
  /// Kinds of certificates (KMIP 2.1 section 11.9).
  package enum CertificateType: UInt32, KMIPEnumeration {
    case x509 = 0x1
    case pgp = 0x2

    package static let tag = KMIPTag.certificateType
  }

  /// Kinds of certificate requests (KMIP 2.1 section 11.8).
  package enum CertificateRequestType: UInt32, KMIPEnumeration {
    case crmf = 0x1
    case pkcs10 = 0x2
    case pem = 0x3
    case pgp = 0x4

    package static let tag = KMIPTag.certificateRequestType
  }

  /// What Validate found (KMIP 2.1 section 11.61).
  package enum ValidityIndicator: UInt32, KMIPEnumeration {
    case valid = 0x1
    case invalid = 0x2
    case unknown = 0x3

    package static let tag = KMIPTag.validityIndicator
  }
}
