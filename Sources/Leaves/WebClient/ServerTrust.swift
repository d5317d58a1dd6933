import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// Whose word a client takes for who a server is.
///
/// With authorities that the operator names, chains are judged here (RFC 5280, RFC 6125) and not by the TLS library, which refuses
/// every authority that is constrained to addresses, as the private CA of our own servers is.
struct ServerTrust: Sendable {
  /// nil: the system's.
  private let authorities: [Certificate]?

  static let system = ServerTrust(authorities: nil)

  private init(authorities: [Certificate]?) { self.authorities = authorities }

  /// - Parameter pem: certificates; a server may also have one of these itself.
  /// - Throws: `NoCertificates` where there is none, or one that can't be read.
  init(pem: String) throws {
    guard let documents = try? PEMDocument.parseMultiple(pemString: pem),
      let certificates = try? documents.filter({ $0.discriminator == "CERTIFICATE" }).map({
        try Certificate(derEncoded: $0.derBytes)
      }), !certificates.isEmpty
    else { throw NoCertificates() }
    authorities = certificates
  }

  struct NoCertificates: Error, CustomStringConvertible {
    let description = "it holds no certificates in PEM"
  }

  /// - Throws: `Unusable`.
  init(file path: String) throws {
    guard let data = FileManager.default.contents(atPath: path), data.count <= ServerTrust.longestFile,
      let pem = String(data: data, encoding: .utf8)
    else { throw Unusable(reason: "\(path) can't be read") }
    do {
      try self.init(pem: pem)
    } catch {
      throw Unusable(reason: "\(path): \(error)")
    }
  }

  struct Unusable: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
  }

  private static let longestFile = 1 << 20

  /// The client's end of TLS 1.2 or later.
  /// - Parameter host: a name, or an address without brackets.
  func handler(for host: String) throws -> NIOSSLClientHandler {
    var settings = TLSConfiguration.makeClientConfiguration()
    settings.minimumTLSVersion = .tlsv12
    // An address is no name that could be asked for (RFC 6066 section 3).
    let name = ServerTrust.isAddress(host) ? nil : host
    let context = try NIOSSLContext(configuration: settings)
    guard authorities != nil else { return try NIOSSLClientHandler(context: context, serverHostname: name) }
    let trust = self
    return try NIOSSLClientHandler(
      context: context, serverHostname: name,
      customVerificationCallback: { chain, promise in
        let encoded = chain.map { try? $0.toDERBytes() }
        promise.completeWithTask {
          let certificates = encoded.compactMap { $0 }
          guard certificates.count == encoded.count else { return .failed }
          return await trust.vouches(for: certificates, host: host) ? .certificateVerified : .failed
        }
      })
  }

  private static func isAddress(_ host: String) -> Bool {
    (try? SocketAddress(ipAddress: host, port: 0)) != nil
  }
}

extension ServerTrust {
  /// Whether one of the named authorities says that this chain is the host's.
  /// - Parameter chain: as the server sent it, DER: its own certificate first.
  /// - Parameter now: nil: the clock's.
  func vouches(for chain: [[UInt8]], host: String) async -> Bool {
    let certificates = chain.compactMap { try? Certificate(derEncoded: $0) }
    guard let authorities, let leaf = certificates.first, certificates.count == chain.count,
      ServerTrust.isForServers(leaf)
    else { return false }
    let isAddress = ServerTrust.isAddress(host)
    var verifier = Verifier(rootCertificates: CertificateStore(authorities)) {
      RFC5280Policy()
      ServerIdentityPolicy(serverHostname: isAddress ? nil : host, serverIP: isAddress ? host : nil)
    }
    let result = await verifier.validate(
      leaf: leaf, intermediates: CertificateStore(certificates.dropFirst()))
    switch result {
    case .validCertificate: return true
    case .couldNotValidate: return false
    }
  }

  /// A certificate that doesn't say what it is for may be a server's (RFC 5280 section 4.2.1.12).
  private static func isForServers(_ leaf: Certificate) -> Bool {
    do {
      guard let usage = try leaf.extensions.extendedKeyUsage else { return true }
      return usage.contains(.serverAuth) || usage.contains(.any)
    } catch {
      return false
    }
  }
}
