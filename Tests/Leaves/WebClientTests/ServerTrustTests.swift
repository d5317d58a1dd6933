import Crypto
import Foundation
import NetKit
import SwiftASN1
import Testing
import X509

@testable import WebClient

@Suite("Whose word a client takes for who a server is")
struct ServerTrustTests {
  private let now = Date()

  /// An authority that may vouch for 127.0.0.0/8 and localhost only, as our own servers' are.
  private struct Authority {
    let certificate: Certificate
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let name: DistinguishedName
    let now: Date

    init(_ now: Date, isConstrained: Bool = true) throws {
      self.now = now
      name = try DistinguishedName { CommonName("An authority \(isConstrained)") }
      let (key, name) = (key, name)
      certificate = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
        notValidBefore: now.addingTimeInterval(-7200), notValidAfter: now.addingTimeInterval(7200),
        issuer: name, subject: name,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
          Critical(KeyUsage(keyCertSign: true))
          if isConstrained {
            Critical(
              NameConstraints(
                permittedDNSDomains: ["localhost"],
                permittedIPRanges: [ASN1OctetString(contentBytes: [127, 0, 0, 0, 255, 0, 0, 0])]))
          }
        },
        issuerPrivateKey: key)
    }

    var trust: ServerTrust { get throws { try ServerTrust(pem: certificate.serializeAsPEM().pemString) } }

    func issue(
      _ names: [GeneralName], usage: ExtendedKeyUsage.Usage? = .serverAuth, until: TimeInterval = 3600
    ) throws -> [UInt8] {
      let leaf = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(),
        publicKey: Certificate.PrivateKey(P256.Signing.PrivateKey()).publicKey,
        notValidBefore: now.addingTimeInterval(-3600), notValidAfter: now.addingTimeInterval(until),
        issuer: name, subject: try DistinguishedName { CommonName("A server") },
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.notCertificateAuthority)
          if let usage { try ExtendedKeyUsage([usage]) }
          SubjectAlternativeNames(names)
        },
        issuerPrivateKey: key)
      var serializer = DER.Serializer()
      try leaf.serialize(into: &serializer)
      return serializer.serializedBytes
    }
  }

  private func address(_ parts: UInt8...) -> GeneralName {
    .ipAddress(ASN1OctetString(contentBytes: parts[...]))
  }

  @Test("A server of ours is known by its private CA, by each of its names")
  func ownServer() async throws {
    let authority = try PrivateCA(now: now)
    let leaf = try authority.issueServer(now: now, names: ["*.vault.claviger.localhost"])
    let encoded = try PEMDocument(pemString: leaf.certificatePEM).derBytes
    let trust = try ServerTrust(pem: authority.certificatePEM)
    for host in ["localhost", "127.0.0.1", "::1", "shop.vault.claviger.localhost"] {
      #expect(await trust.vouches(for: [encoded], host: host), "\(host)")
    }
    for host in ["127.0.0.2", "example.com", "vault.claviger.localhost", "a.b.vault.claviger.localhost"] {
      #expect(await !trust.vouches(for: [encoded], host: host), "\(host)")
    }
    let other = try ServerTrust(pem: PrivateCA(now: now).certificatePEM)
    #expect(await !other.vouches(for: [encoded], host: "localhost"))
  }

  @Test("An authority vouches for nothing beyond its constraints")
  func constraints() async throws {
    let authority = try Authority(now)
    let inside = try authority.issue([.dnsName("localhost"), address(127, 0, 0, 1)])
    let outside = try authority.issue([.dnsName("localhost"), address(10, 0, 0, 1)])
    let foreign = try authority.issue([.dnsName("example.com")])
    let trust = try authority.trust
    #expect(await trust.vouches(for: [inside], host: "127.0.0.1"))
    #expect(await !trust.vouches(for: [outside], host: "10.0.0.1"))
    #expect(await !trust.vouches(for: [outside], host: "localhost"), "one name too many spoils the others")
    #expect(await !trust.vouches(for: [foreign], host: "example.com"))
  }

  @Test("What isn't for servers, or has ended, or is nothing, is refused")
  func refusals() async throws {
    let authority = try Authority(now, isConstrained: false)
    let trust = try authority.trust
    let names = [GeneralName.dnsName("kms.example.com")]
    #expect(await trust.vouches(for: [try authority.issue(names)], host: "kms.example.com"))
    #expect(await trust.vouches(for: [try authority.issue(names, usage: nil)], host: "kms.example.com"))
    for wrong in [
      try authority.issue(names, usage: .clientAuth), try authority.issue(names, until: -60), [1, 2, 3],
      try authority.issue([.dnsName("other.example.com")]),
    ] {
      #expect(await !trust.vouches(for: [wrong], host: "kms.example.com"))
    }
    #expect(await !trust.vouches(for: [], host: "kms.example.com"))
    #expect(throws: ServerTrust.NoCertificates.self) { try ServerTrust(pem: "") }
    #expect(throws: ServerTrust.NoCertificates.self) { try ServerTrust(pem: "no certificate") }
  }
}
