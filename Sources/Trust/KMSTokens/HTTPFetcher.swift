import WebClient

/// Fetches documents over HTTP.
package struct HTTPFetcher: DocumentFetcher {
  private let client: WebClient

  /// - Parameter authorities: a file of certificates (PEM) to trust instead of the system's.
  /// - Throws: when the file holds none.
  package init(authorities: String?) throws {
    client = try WebClient(authorities: authorities, patience: TokenLimits.patience)
  }

  package func fetch(_ address: WebAddress) async throws -> [UInt8] {
    let answer = try await client.get(
      address.text, accepting: "application/json", limit: TokenLimits.document)
    guard answer.status == 200 else { throw WrongStatus() }
    return answer.body
  }

  private struct WrongStatus: Error {}
}
