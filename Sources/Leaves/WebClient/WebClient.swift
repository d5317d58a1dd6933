import Foundation
import NIOCore
import NIOHTTP1

/// Asks other servers over HTTP/1.1, by TLS 1.2 or later. It follows no redirection and takes nothing from the environment.
///
/// A connection lives for one question: they come minutes apart, and nothing stays open between.
package struct WebClient: Sendable {
  private let trust: ServerTrust
  private let patience: TimeAmount

  /// - Parameter authorities: a file of certificates (PEM) to trust instead of the system's.
  /// - Parameter patience: seconds that a whole exchange may take: whoever sends a byte now and then takes no longer than
  ///   whoever sends none.
  /// - Throws: when the file holds none.
  package init(authorities: String?, patience seconds: Int64) throws {
    trust = try authorities.map { try ServerTrust(file: $0) } ?? .system
    patience = .seconds(seconds)
  }

  package struct Answer: Sendable {
    package let status: UInt
    package let body: [UInt8]
  }

  /// - Parameter limit: bytes that the answer may have.
  /// - Throws: when no such answer comes in time.
  package func get(_ url: String, accepting type: String, limit: Int) async throws -> Answer {
    let place = try Place(url)
    let head = place.head(.GET, [("accept", type)])
    return try await exchange(place, limit).start(head, body: []).get()
  }

  /// The same for what is posted. It blocks until the answer is there: never to be called on an event loop.
  /// - Parameter headers: `host` among them, where it has to be as it was signed.
  package func post(
    _ body: [UInt8], to url: String, headers: [(name: String, value: String)], limit: Int
  ) throws -> Answer {
    let place = try Place(url)
    let head = place.head(.POST, headers + [("content-length", String(body.count))])
    return try exchange(place, limit).start(head, body: body).wait()
  }

  private func exchange(_ place: Place, _ limit: Int) -> SingleExchange {
    SingleExchange(
      host: place.host, port: place.port, trust: place.isEncrypted ? trust : nil, patience: patience,
      longestAnswer: limit)
  }
}

/// Where a question goes.
private struct Place {
  /// A name, or an address without brackets.
  let host: String
  let port: Int
  let isEncrypted: Bool
  private let authority: String
  private let target: String

  /// - Throws: `NoPlace` for what is no URL of HTTP.
  init(_ url: String) throws {
    guard let parts = URLComponents(string: url), let host = parts.encodedHost, !host.isEmpty,
      parts.user == nil, parts.scheme == "https" || parts.scheme == "http"
    else { throw NoPlace(url: url) }
    isEncrypted = parts.scheme == "https"
    port = parts.port ?? (isEncrypted ? 443 : 80)
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    authority = host + (parts.port.map { ":\($0)" } ?? "")
    let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
    target = path + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
  }

  func head(_ method: HTTPMethod, _ fields: [(name: String, value: String)]) -> HTTPRequestHead {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: target)
    for field in fields { head.headers.add(name: field.name, value: field.value) }
    if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: authority) }
    head.headers.add(name: "connection", value: "close")
    return head
  }

  private struct NoPlace: Error, CustomStringConvertible {
    let url: String
    var description: String { "\(url) is no place that could be asked" }
  }
}
