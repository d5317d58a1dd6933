import Crypto
import Foundation
import KMSBytes
import NIOCore
import NIOSSL
import Testing

@testable import NetKit

/// The two authorities of a server, and certificates of theirs.
struct Authorities: Sendable {
  let servers: PrivateCA
  let clients: ClientCA

  init() throws {
    servers = try PrivateCA(now: .now)
    clients = try ClientCA(now: .now)
  }

  /// A certificate with its key, as a client has it.
  struct Holder: Sendable {
    let certificatePEM: String
    let keyPEM: String
    let fingerprint: CertificateFingerprint
  }

  func client(_ name: String = "client") throws -> Holder {
    let pair = try ClientKeyPair(name: name)
    let request = try #require(ClientCertificateRequest(pem: pair.requestPEM))
    let certificate = try clients.issue(request, name: name, days: 1, now: .now)
    return Holder(
      certificatePEM: certificate, keyPEM: pair.keyPEM,
      fingerprint: try #require(CertificateFacts(pem: certificate)).fingerprint)
  }

  func server() throws -> TLSConfiguration {
    let leaf = try servers.issueServer(now: .now)
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(leaf.certificatePEM.utf8)).map {
        .certificate($0)
      },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(leaf.keyPEM.utf8), format: .pem)))
    tls.minimumTLSVersion = .tlsv12
    return tls
  }

  /// - Parameter holder: nil for a client without a certificate.
  func client(_ holder: Holder?, version: TLSVersion? = nil) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    // BoringSSL knows no constraints of addresses, which the authority's certificate has.
    tls.certificateVerification = .none
    tls.shutdownTimeout = .milliseconds(100)
    tls.minimumTLSVersion = version ?? .tlsv12
    tls.maximumTLSVersion = version
    if let holder {
      tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(holder.certificatePEM.utf8)).map {
        .certificate($0)
      }
      tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(holder.keyPEM.utf8), format: .pem))
    }
    return tls
  }
}
