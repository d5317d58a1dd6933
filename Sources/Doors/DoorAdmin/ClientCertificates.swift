package import KMSBytes
package import KMSDomain

/// Who issues certificates to clients and reads those that others issued. The assembly has one.
package protocol ClientCertificates: Sendable {
  /// - Parameters:
  ///   - request: PKCS #10, PEM.
  ///   - days: nil for the usual time.
  /// - Returns: nil for what isn't a request, or isn't signed by the key that it names.
  func issue(_ request: String, name: String, days: Int?) throws -> IssuedCertificate?
  /// - Parameter certificate: PEM.
  func facts(of certificate: String) -> ClientCertificateFacts?
  /// A certificate by whose key an application signs.
  /// - Returns: nil for what isn't one, and for keys that no assertion is signed by.
  func assertionCertificate(_ certificate: String) -> Application.AssertionCertificate?
}

package struct IssuedCertificate: Sendable {
  /// PEM.
  package let certificate: String
  /// The certificate of who issued it, PEM.
  package let authority: String
  package let facts: ClientCertificateFacts

  package init(certificate: String, authority: String, facts: ClientCertificateFacts) {
    self.certificate = certificate
    self.authority = authority
    self.facts = facts
  }
}

package struct ClientCertificateFacts: Sendable {
  package let fingerprint: CertificateFingerprint
  package let label: String
  package let notBefore: Instant
  package let notAfter: Instant

  package init(fingerprint: CertificateFingerprint, label: String, notBefore: Instant, notAfter: Instant) {
    self.fingerprint = fingerprint
    self.label = label
    self.notBefore = notBefore
    self.notAfter = notAfter
  }
}
