import SwiftASN1
import X509

/// A request for a certificate (PKCS #10) whose maker has shown to hold the private key.
package struct ClientCertificateRequest: Sendable {
  let publicKey: Certificate.PublicKey

  /// - Returns: nil for what isn't one, or isn't signed by the key that it names.
  package init?(pem: String) {
    guard let request = try? CertificateSigningRequest(pemEncoded: pem),
      request.publicKey.isValidSignature(request.signature, for: request)
    else { return nil }
    publicKey = request.publicKey
  }
}
