import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks other servers over HTTP/1.1, by TLS 1.2 or later. It follows no redirection and takes nothing from the environment.
///
/// A connection lives for one question: they come minutes apart, and nothing stays open between.
package struct WebClient: Sendable {
  private let configuration: HTTPClient.Configuration
  private let patience: TimeAmount

  /// - Parameter authorities: a file of certificates (PEM) to trust instead of the system's.
  /// - Parameter patience: seconds that a whole exchange may take: whoever sends a byte now and then takes no longer than
  ///   whoever sends none.
  /// - Throws: when the file holds none.
  package init(authorities: String?, patience seconds: Int64) throws {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let authorities {
      let certificates = try NIOSSLCertificate.fromPEMFile(authorities)
      guard !certificates.isEmpty else { throw NoCertificates(file: authorities) }
      tls.trustRoots = .certificates(certificates)
    }
    patience = .seconds(seconds)
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: patience, read: patience))
    configuration.httpVersion = .http1Only
    self.configuration = configuration
  }

  package struct Answer: Sendable {
    package let status: UInt
    package let body: [UInt8]
  }

  /// - Parameter limit: bytes that the answer may have.
  /// - Throws: when no such answer comes in time.
  package func get(_ url: String, accepting type: String, limit: Int) async throws -> Answer {
    var request = try HTTPClient.Request(url: url)
    request.headers.add(name: "accept", value: type)
    let client = client()
    do {
      let answer = try await exchange(request, limit: limit, by: client).get()
      try await client.shutdown()
      return answer
    } catch {
      try? await client.shutdown()
      throw error
    }
  }

  /// The same for what is posted. It blocks until the answer is there.
  package func post(
    _ body: [UInt8], to url: String, headers: [(name: String, value: String)], limit: Int
  ) throws -> Answer {
    var request = try HTTPClient.Request(url: url, method: .POST, body: .bytes(body))
    for header in headers { request.headers.add(name: header.name, value: header.value) }
    let client = client()
    defer { try? client.syncShutdown() }
    return try exchange(request, limit: limit, by: client).wait()
  }

  private func client() -> HTTPClient {
    HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
  }

  private func exchange(
    _ request: HTTPClient.Request, limit: Int, by client: HTTPClient
  ) -> EventLoopFuture<Answer> {
    let collected = ResponseAccumulator(request: request, maxBodySize: limit)
    return client.execute(request: request, delegate: collected, deadline: .now() + patience).futureResult
      .map { response in
        Answer(status: response.status.code, body: response.body.map { Array($0.readableBytesView) } ?? [])
      }
  }

  private struct NoCertificates: Error, CustomStringConvertible {
    let file: String

    var description: String { "\(file) holds no certificates" }
  }
}
