import Crypto
package import Foundation
import SwiftASN1
import X509

/// A certificate authority for clients: what it issues is for proving who a client is and can't stand for a server.
///
/// Its own certificate says so too (extended key usage, RFC 5280 section 4.2.1.12), so that nobody who trusts it takes a server's
/// certificate from it, even if its key were stolen. Keys are P-256; of an operator's own authority, whatever X.509 has.
/// Pure: who calls it stores the texts.
package struct ClientCA: Sendable {
  package let certificatePEM: String
  /// Its key, to issue again later. Secret.
  package let keyPEM: String

  private let certificate: Certificate
  private let key: Certificate.PrivateKey

  /// How long things last, in days.
  package enum Lifetime {
    package static let authority = 3650
    /// A client's certificate, unless another time is asked for.
    package static let client = 397
    /// The most that can be asked for.
    package static let most = 3650
    /// An authority with less than this left is made anew.
    package static let renewal = 60
  }

  /// Makes an authority that is valid from now on.
  package init(now: Date) throws {
    let fresh = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try ClientCA.name
    certificate = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: fresh.publicKey,
      notValidBefore: now.addingTimeInterval(-ClientCA.skew),
      notValidAfter: now.addingTimeInterval(Double(Lifetime.authority) * ClientCA.day),
      issuer: name,
      subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        try ExtendedKeyUsage([.clientAuth])
        SubjectKeyIdentifier(hash: fresh.publicKey)
      },
      issuerPrivateKey: fresh)
    key = fresh
    certificatePEM = try certificate.serializeAsPEM().pemString + "\n"
    keyPEM = try fresh.serializeAsPEM().pemString + "\n"
  }

  /// An authority that was made before.
  /// - Throws: when a text doesn't parse or the key isn't the certificate's.
  package init(certificatePEM: String, keyPEM: String) throws {
    certificate = try Certificate(pemEncoded: certificatePEM)
    key = try Certificate.PrivateKey(pemEncoded: keyPEM)
    guard key.publicKey == certificate.publicKey else { throw PrivateCA.Problem.keyOfAnotherCertificate }
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
  }

  /// Issues a certificate for the key of a request.
  /// - Parameter name: the common name; the request's own names are left aside.
  /// - Parameter days: how long it lasts, up to the authority's own end.
  /// - Returns: PEM.
  package func issue(
    _ request: ClientCertificateRequest, name: String, days: Int, now: Date
  ) throws -> String {
    let end = now.addingTimeInterval(Double(min(days, Lifetime.most)) * ClientCA.day)
    let issued = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: request.publicKey,
      notValidBefore: now.addingTimeInterval(-ClientCA.skew),
      notValidAfter: min(end, certificate.notValidAfter),
      issuer: certificate.subject,
      subject: try DistinguishedName { CommonName(name) },
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.clientAuth])
        SubjectKeyIdentifier(hash: request.publicKey)
        AuthorityKeyIdentifier(keyIdentifier: try keyIdentifier)
      },
      issuerPrivateKey: key)
    return try issued.serializeAsPEM().pemString + "\n"
  }

  /// Whether the authority lasts long enough not to be made anew.
  package func isCurrent(now: Date) -> Bool {
    isValid(now: now)
      && certificate.notValidAfter >= now.addingTimeInterval(Double(Lifetime.renewal) * ClientCA.day)
  }

  package func isValid(now: Date) -> Bool {
    certificate.notValidBefore <= now && now <= certificate.notValidAfter
  }

  /// Whether it was made here, going by its name, rather than by an operator.
  package var isMadeHere: Bool { get throws { try certificate.subject == ClientCA.name } }

  private var keyIdentifier: ArraySlice<UInt8> {
    get throws {
      try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
        ?? SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier
    }
  }

  private static var name: DistinguishedName {
    get throws {
      try DistinguishedName {
        OrganizationName("Claviger")
        CommonName("Claviger client CA")
      }
    }
  }

  private static let day = 86_400.0
  /// How far clocks may be behind, in seconds.
  private static let skew = 300.0
}
