package import Foundation
import SwiftASN1
import X509

extension PrivateCA {
  /// A certificate for a key that signs documents (RFC 9336): it names no host, so that it stands for no server.
  /// - Parameter publicKey: SubjectPublicKeyInfo, DER.
  /// - Parameter name: the common name.
  /// - Returns: DER, with the authority's own behind it.
  package func issueSigner(
    publicKey: [UInt8], name: String, from start: Date, until end: Date
  ) throws -> [[UInt8]] {
    let document = PEMDocument(type: "PUBLIC KEY", derBytes: publicKey)
    let signer = try Certificate.PublicKey(pemDocument: document)
    let issued = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: signer,
      notValidBefore: start.addingTimeInterval(-PrivateCA.skew),
      notValidAfter: min(end.addingTimeInterval(PrivateCA.skew), certificate.notValidAfter),
      issuer: certificate.subject,
      subject: try DistinguishedName {
        OrganizationName("Claviger")
        CommonName(name)
      },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([ExtendedKeyUsage.Usage(oid: [1, 3, 6, 1, 5, 5, 7, 3, 36])])
        SubjectKeyIdentifier(hash: signer)
        AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier)
      },
      issuerPrivateKey: key)
    return try [issued, certificate].map { certificate in
      var serializer = DER.Serializer()
      try serializer.serialize(certificate)
      return serializer.serializedBytes
    }
  }
}
