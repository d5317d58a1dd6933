import Crypto
import CryptoExtras
package import Foundation
package import KMSBytes
import SwiftASN1
import X509

/// What there is to know of a certificate whose holder is to be known by it.
package struct CertificateFacts: Sendable {
  package let fingerprint: CertificateFingerprint
  /// As RFC 4514 writes names.
  package let subject: String
  /// SHA-1 of the same as the fingerprint's, 20 bytes: some protocols name certificates by it.
  package let sha1: [UInt8]
  /// SubjectPublicKeyInfo (DER) of an RSA key of 2048 to 8192 bits; nil for other kinds.
  package let rsaKey: [UInt8]?
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
    sha1 = Array(Insecure.SHA1.hash(data: encoded))
    rsaKey = CertificateFacts.rsaKey(certificate.publicKey)
    notBefore = certificate.notValidBefore
    notAfter = certificate.notValidAfter
  }

  private static func rsaKey(_ key: Certificate.PublicKey) -> [UInt8]? {
    guard let rsa = _RSA.Signing.PublicKey(key), (2048...8192).contains(rsa.keySizeInBits) else { return nil }
    return Array(rsa.derRepresentation)
  }
}
