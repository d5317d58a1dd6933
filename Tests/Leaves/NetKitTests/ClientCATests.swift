import Crypto
import Foundation
import KMSBytes
import SwiftASN1
import Testing
import X509

@testable import NetKit

struct ClientCATests {
  private let now = Date(timeIntervalSince1970: 1_800_000_000)

  private func issued(days: Int, at moment: Date? = nil) throws -> Certificate {
    let authority = try ClientCA(now: now)
    let pair = try ClientKeyPair(name: "asked for")
    let request = try #require(ClientCertificateRequest(pem: pair.requestPEM))
    let text = try authority.issue(request, name: "app", days: days, now: moment ?? now)
    let certificate = try Certificate(pemEncoded: text)
    #expect(try certificate.publicKey == Certificate.PrivateKey(pemEncoded: pair.keyPEM).publicKey)
    #expect(
      try Certificate(pemEncoded: authority.certificatePEM).publicKey
        .isValidSignature(certificate.signature, for: certificate))
    return certificate
  }

  @Test func `what it issues is a client's, under the name that the server says, for so many days`() throws {
    let certificate = try issued(days: 30)
    #expect(certificate.subject.description == "CN=app")
    #expect(certificate.notValidAfter == now.addingTimeInterval(30 * 86_400))
    #expect(certificate.notValidBefore < now)
    let usage = try #require(try certificate.extensions.extendedKeyUsage)
    #expect(Array(usage) == [.clientAuth])
    #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
    #expect(try certificate.extensions.subjectAlternativeNames == nil)
  }

  /// An authority as an operator may have: P-384, with a key identifier of its own making.
  private func foreign() throws -> (certificate: Certificate, key: Certificate.PrivateKey) {
    let key = Certificate.PrivateKey(P384.Signing.PrivateKey())
    let name = try DistinguishedName { CommonName("An operator's") }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
      notValidBefore: now.addingTimeInterval(-60), notValidAfter: now.addingTimeInterval(3 * 86_400),
      issuer: name, subject: name,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        SubjectKeyIdentifier(keyIdentifier: [1, 2, 3])
      },
      issuerPrivateKey: key)
    return (certificate, key)
  }

  @Test func `an authority of the operator's issues by its own algorithm, and isn't made anew`() throws {
    let (certificate, key) = try foreign()
    let authority = try ClientCA(
      certificatePEM: try certificate.serializeAsPEM().pemString,
      keyPEM: try key.serializeAsPEM().pemString)
    #expect(try !authority.isMadeHere)
    #expect(authority.isValid(now: now) && !authority.isCurrent(now: now))
    #expect(!authority.isValid(now: now.addingTimeInterval(4 * 86_400)))
    let request = try #require(
      ClientCertificateRequest(pem: ClientKeyPair(name: "app").requestPEM))
    let issued = try Certificate(
      pemEncoded: try authority.issue(request, name: "app", days: 1, now: now))
    #expect(certificate.publicKey.isValidSignature(issued.signature, for: issued))
    #expect(try issued.extensions.authorityKeyIdentifier?.keyIdentifier == [1, 2, 3])
  }

  @Test func `nothing lasts longer than the authority`() throws {
    let late = now.addingTimeInterval(Double(ClientCA.Lifetime.authority - 1) * 86_400)
    let end = now.addingTimeInterval(Double(ClientCA.Lifetime.authority) * 86_400)
    #expect(try issued(days: 30, at: late).notValidAfter == end)
    #expect(try issued(days: 100_000).notValidAfter == end)
  }

  @Test func `the authority says that it vouches for clients only, and is made again in time`() throws {
    let authority = try ClientCA(now: now)
    let certificate = try Certificate(pemEncoded: authority.certificatePEM)
    #expect(Array(try #require(try certificate.extensions.extendedKeyUsage)) == [.clientAuth])
    let again = try ClientCA(certificatePEM: authority.certificatePEM, keyPEM: authority.keyPEM)
    #expect(again.certificatePEM == authority.certificatePEM)
    #expect(try authority.isMadeHere && again.isMadeHere)
    #expect(authority.isCurrent(now: now))
    #expect(!authority.isCurrent(now: now.addingTimeInterval(3600 * 86_400)))
    let other = try ClientCA(now: now)
    #expect(throws: PrivateCA.Problem.keyOfAnotherCertificate) {
      try ClientCA(certificatePEM: authority.certificatePEM, keyPEM: other.keyPEM)
    }
  }

  @Test func `a request that its key didn't sign is none`() throws {
    let pair = try ClientKeyPair(name: "x")
    #expect(ClientCertificateRequest(pem: pair.requestPEM) != nil)
    var encoded = try PEMDocument(pemString: pair.requestPEM).derBytes
    // The name stands before the signature.
    let place = try #require(encoded.firstIndex(of: UInt8(ascii: "x")))
    encoded[place] = UInt8(ascii: "y")
    let forged = PEMDocument(type: "CERTIFICATE REQUEST", derBytes: encoded).pemString
    #expect(ClientCertificateRequest(pem: forged) == nil)
    for text in ["", "x", pair.keyPEM] { #expect(ClientCertificateRequest(pem: text) == nil) }
  }

  @Test func `a certificate is known by the hash of its bytes, whatever stands around it`() throws {
    let holder = try Authorities().client("named")
    let encoded = try PEMDocument(pemString: holder.certificatePEM).derBytes
    let expected = Array(SHA256.hash(data: encoded))
    let facts = try #require(
      CertificateFacts(pem: "Certificate:\n  Data: ...\n" + holder.keyPEM + holder.certificatePEM))
    #expect(facts.fingerprint.bytes == expected && facts.subject == "CN=named")
    #expect(facts.notBefore < .now && facts.notAfter > .now)
    for text in ["", "x", holder.keyPEM] { #expect(CertificateFacts(pem: text) == nil) }
  }
}
