import Crypto
package import Foundation
package import KMSBytes
import SwiftASN1
import X509

/// What there is to know of a certificate whose holder is to be known by it.
package struct CertificateFacts: Sendable {
  package let fingerprint: CertificateFingerprint
  /// As RFC 4514 writes names.
  package let subject: String
  package let notBefore: Date
  package let notAfter: Date

  /// - Parameter pem: with one certificate; of more, the first is meant, as chains begin with it.
  /// - Returns: nil where there is none.
  package init?(pem: String) {
    guard let documents = try? PEMDocument.parseMultiple(pemString: pem),
      let encoded = documents.first(where: { $0.discriminator == "CERTIFICATE" })?.derBytes,
      let certificate = try? Certificate(derEncoded: encoded),
      let fingerprint = CertificateFingerprint(Array(SHA256.hash(data: encoded)))
    else { return nil }
    self.fingerprint = fingerprint
    subject = certificate.subject.description
    notBefore = certificate.notValidBefore
    notAfter = certificate.notValidAfter
  }
}
