import Crypto
package import Foundation
import SwiftASN1
import X509

/// A certificate authority of one machine: it vouches for `localhost`, the loopback addresses and the domain of the server's vaults, and
/// for nothing else.
///
/// The certificate of the authority carries a critical name constraint (RFC 5280 section 4.2.1.10), so a client that
/// trusts it trusts it for these names only, even if its key were stolen. Keys are P-256. Pure: who calls it
/// stores the texts.
package struct PrivateCA: Sendable {
  /// The authority's certificate: what clients are told to trust.
  package let certificatePEM: String
  /// Its key, to issue again later. Secret.
  package let keyPEM: String

  let certificate: Certificate
  let key: Certificate.PrivateKey

  /// A certificate and its key, both as PEM. The key is secret.
  package struct Leaf: Sendable {
    package let certificatePEM: String
    package let keyPEM: String

    package init(certificatePEM: String, keyPEM: String) {
      self.certificatePEM = certificatePEM
      self.keyPEM = keyPEM
    }
  }

  /// How long things last and when they are made anew, in days.
  package enum Lifetime {
    package static let authority = 3650
    package static let leaf = 397
    /// A leaf with less than this left is issued anew.
    package static let renewal = 60
  }

  /// Makes an authority that is valid from now on.
  /// - Parameter domain: for which it may vouch beside what is below `localhost`.
  package init(now: Date, domain: String? = nil) throws {
    let fresh = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name = try DistinguishedName {
      OrganizationName("Claviger")
      CommonName("Claviger private CA")
    }
    certificate = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: fresh.publicKey,
      notValidBefore: now.addingTimeInterval(-PrivateCA.skew),
      notValidAfter: now.addingTimeInterval(Double(Lifetime.authority) * PrivateCA.day),
      issuer: name,
      subject: name,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try PrivateCA.authorityExtensions(fresh.publicKey, domain: domain),
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
    guard key.publicKey == certificate.publicKey else { throw Problem.keyOfAnotherCertificate }
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
  }

  /// Issues a server certificate for the loopback names and these.
  package func issueServer(now: Date, names: [String] = []) throws -> Leaf {
    let leafKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let subject = try DistinguishedName { CommonName("localhost") }
    let end = now.addingTimeInterval(Double(Lifetime.leaf) * PrivateCA.day)
    let leaf = try Certificate(
      version: .v3,
      serialNumber: Certificate.SerialNumber(),
      publicKey: leafKey.publicKey,
      notValidBefore: now.addingTimeInterval(-PrivateCA.skew),
      notValidAfter: min(end, certificate.notValidAfter),
      issuer: certificate.subject,
      subject: subject,
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try PrivateCA.leafExtensions(
        leafKey.publicKey, issuer: certificate.publicKey, names: names),
      issuerPrivateKey: key)
    return Leaf(
      certificatePEM: try leaf.serializeAsPEM().pemString + "\n",
      keyPEM: try leafKey.serializeAsPEM().pemString + "\n")
  }

  /// Whether it may vouch for names of this domain.
  package func permits(_ domain: String) -> Bool {
    guard let constraints = try? certificate.extensions.nameConstraints else { return false }
    return constraints.permittedDNSDomains.contains { domain == $0 || domain.hasSuffix("." + $0) }
  }

  /// Whether this authority issued the leaf, the leaf's key fits it, it has these names, and it lasts a while longer.
  package func stillVouches(for leaf: Leaf, now: Date, names: [String] = []) -> Bool {
    guard let parsed = try? Certificate(pemEncoded: leaf.certificatePEM),
      let leafKey = try? Certificate.PrivateKey(pemEncoded: leaf.keyPEM)
    else { return false }
    let enough = now.addingTimeInterval(Double(Lifetime.renewal) * PrivateCA.day)
    let present = (try? parsed.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames([])
    return leafKey.publicKey == parsed.publicKey
      && names.allSatisfy { present.contains(.dnsName($0)) }
      && certificate.publicKey.isValidSignature(parsed.signature, for: parsed)
      && parsed.notValidBefore <= now && parsed.notValidAfter >= enough
  }

  /// Whether the authority lasts long enough to issue another leaf.
  package func isCurrent(now: Date) -> Bool {
    certificate.notValidBefore <= now
      && certificate.notValidAfter >= now.addingTimeInterval(Double(Lifetime.renewal) * PrivateCA.day)
  }

  package enum Problem: Error {
    case keyOfAnotherCertificate
  }

  private static let day = 86_400.0
  /// How far clients' clocks may be behind, in seconds.
  static let skew = 300.0
}

extension PrivateCA {
  private static func authorityExtensions(
    _ publicKey: Certificate.PublicKey, domain: String?
  ) throws -> Certificate.Extensions {
    try Certificate.Extensions {
      Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
      Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      Critical(
        NameConstraints(
          permittedDNSDomains: ["localhost"] + (domain.map { [$0] } ?? []),
          // An address and its mask (RFC 5280 section 4.2.1.10): 127.0.0.0/8 and ::1/128.
          permittedIPRanges: [
            ASN1OctetString(contentBytes: [127, 0, 0, 0, 255, 0, 0, 0]),
            ASN1OctetString(contentBytes: (loopback6 + [UInt8](repeating: 255, count: 16))[...]),
          ]))
      SubjectKeyIdentifier(hash: publicKey)
    }
  }

  private static func leafExtensions(
    _ publicKey: Certificate.PublicKey, issuer: Certificate.PublicKey, names: [String]
  ) throws -> Certificate.Extensions {
    try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage([.serverAuth])
      SubjectAlternativeNames(
        [
          .dnsName("localhost"),
          .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
          .ipAddress(ASN1OctetString(contentBytes: loopback6[...])),
        ] + names.map { GeneralName.dnsName($0) })
      SubjectKeyIdentifier(hash: publicKey)
      AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: issuer).keyIdentifier)
    }
  }

  private static let loopback6 = [UInt8](repeating: 0, count: 15) + [1]
}
