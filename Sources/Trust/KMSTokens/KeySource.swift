import Foundation
import WireJSON

/// Where an issuer's keys come from.
protocol KeySource: Sendable {
  /// The JWK Set, as it is now.
  /// - Throws: `UnusableDocument`, or why it couldn't be had: in words for operators.
  func document() async throws -> [UInt8]
}

/// Fetches a document from the web, within `TokenLimits.document` and `TokenLimits.patience`.
package protocol DocumentFetcher: Sendable {
  /// - Throws: unless the answer is a whole document; a redirection is none.
  func fetch(_ address: WebAddress) async throws -> [UInt8]
}

struct FileKeys: KeySource {
  let path: String

  func document() throws -> [UInt8] {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }
    guard let data = try file.read(upToCount: TokenLimits.document + 1), data.count <= TokenLimits.document
    else { throw UnusableDocument() }
    return Array(data)
  }
}

struct WebKeys: KeySource {
  let address: WebAddress
  let fetcher: any DocumentFetcher

  func document() async throws -> [UInt8] { try await fetcher.fetch(address) }
}

/// Where the issuer's configuration says (OpenID Connect Discovery 1.0 section 4). It must be of that issuer, and its keys on
/// the same host: whoever can change one document there can't send this server elsewhere.
struct DiscoveredKeys: KeySource {
  let issuer: String
  let address: WebAddress
  let fetcher: any DocumentFetcher

  func document() async throws -> [UInt8] {
    let configuration = try UnusableDocument.object(
      await fetcher.fetch(address.appending("/.well-known/openid-configuration")))
    guard configuration["issuer"]?.string == issuer,
      let keys = configuration["jwks_uri"]?.string.flatMap(WebAddress.init), keys.isSameHost(as: address)
    else { throw UnusableDocument() }
    return try await fetcher.fetch(keys)
  }
}
