import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Fetches documents over HTTP. It follows no redirection and takes nothing from the environment.
///
/// A client lives for one document: they are fetched minutes apart, and nothing stays open between.
package struct HTTPFetcher: DocumentFetcher {
  private let configuration: HTTPClient.Configuration

  /// - Parameter authorities: a file of certificates (PEM) to trust instead of the system's.
  /// - Throws: when the file holds none.
  package init(authorities: String?) throws {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorities {
      let certificates = try NIOSSLCertificate.fromPEMFile(authorities)
      guard !certificates.isEmpty else { throw NoCertificates() }
      tls.trustRoots = .certificates(certificates)
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(TokenLimits.patience), read: .seconds(TokenLimits.patience)))
    configuration.httpVersion = .http1Only
    self.configuration = configuration
  }

  package func fetch(_ address: WebAddress) async throws -> [UInt8] {
    let client = HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    do {
      let body = try await inTime { try await HTTPFetcher.document(address, client) }
      try await client.shutdown()
      return body
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  /// The whole exchange: an issuer that sends a byte now and then takes no longer than one that sends none.
  private func inTime(_ body: @escaping @Sendable () async throws -> [UInt8]) async throws -> [UInt8] {
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .seconds(TokenLimits.patience))
        throw TookTooLong()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw TookTooLong() }
      return first
    }
  }

  private static func document(_ address: WebAddress, _ client: HTTPClient) async throws -> [UInt8] {
    var request = HTTPClientRequest(url: address.text)
    request.headers.add(name: "accept", value: "application/json")
    let response = try await client.execute(request, timeout: .seconds(TokenLimits.patience))
    guard response.status == .ok else { throw WrongStatus() }
    let body = try await response.body.collect(upTo: TokenLimits.document)
    return Array(body.readableBytesView)
  }

  private struct NoCertificates: Error {}
  private struct WrongStatus: Error {}
  private struct TookTooLong: Error {}
}
