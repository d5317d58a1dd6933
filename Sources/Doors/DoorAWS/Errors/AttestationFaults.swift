import KMSDomain

extension AWSError {
  /// What is wrong with `Recipient`. AWS publishes no words for it.
  init(_ fault: AttestationFault) {
    switch fault {
    case .noRoots:
      self = .unsupported(
        "Recipient needs certificates that attestation documents can be traced back to, and this server was given none "
          + "(attestation.roots).")
    case .malformed: self = .attestation("is not of the documented structure")
    case .untrusted:
      self = .attestation("is not signed by a certificate that leads to a root that this server trusts now")
    case .badSignature: self = .attestation("does not have a valid signature")
    case .notFresh: self = .attestation("was not made within the last five minutes")
    case .noPublicKey: self = .attestation("does not contain a public key")
    }
  }

  private static func attestation(_ what: String) -> AWSError {
    .validation("The attestation document \(what).")
  }
}
