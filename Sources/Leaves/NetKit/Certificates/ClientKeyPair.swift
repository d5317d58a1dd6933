import Crypto
import SwiftASN1
import X509

/// A fresh key pair of a client (P-256) and a request for a certificate: what leaves the client is the request.
package struct ClientKeyPair: Sendable {
  /// Secret.
  package let keyPEM: String
  package let requestPEM: String

  /// - Parameter name: the common name that is asked for.
  package init(name: String) throws {
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let request = try CertificateSigningRequest(
      version: .v1, subject: try DistinguishedName { CommonName(name) }, privateKey: key,
      attributes: CertificateSigningRequest.Attributes(), signatureAlgorithm: .ecdsaWithSHA256)
    keyPEM = try key.serializeAsPEM().pemString + "\n"
    requestPEM = try request.serializeAsPEM().pemString + "\n"
  }
}
