extension KMIP {
  /// How a client says who it is (KMIP 2.1 section 11.11).
  package enum CredentialType: UInt32, KMIPEnumeration {
    case usernameAndPassword = 0x1
    case device = 0x2
    case attestation = 0x3
    case oneTimePassword = 0x4
    case hashedPassword = 0x5
    case ticket = 0x6

    package static let tag = KMIPTag.credentialType
  }

  /// How a client says what it runs on (KMIP 2.1 section 11.4).
  package enum AttestationType: UInt32, KMIPEnumeration {
    case tpmQuote = 0x1
    case tcgIntegrityReport = 0x2
    case samlAssertion = 0x3

    package static let tag = KMIPTag.attestationType
  }

  /// Kinds of tickets (KMIP 2.1 section 11.57).
  package enum TicketType: UInt32, KMIPEnumeration {
    case login = 0x1

    package static let tag = KMIPTag.ticketType
  }
}
