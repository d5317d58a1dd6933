package import KMSDomain

/// All issuers that the operator trusts. A token that names another is refused before anything else of it is looked at.
package final class TrustedIssuers: TokenVerifier {
  private let issuers: [String: TrustedIssuer]

  /// - Parameter fetcher: for one issuer's documents.
  /// - Parameter realClock: not the one that a development server may advance; issuers know no other.
  package init(
    _ settings: [IssuerSettings], realClock: any TimeSource, faults: any FaultLog,
    fetcher: (IssuerSettings) throws -> any DocumentFetcher
  ) rethrows {
    var issuers: [String: TrustedIssuer] = [:]
    for one in settings {
      let source: any KeySource =
        switch one.keys {
        case .discovery:
          DiscoveredKeys(issuer: one.issuer, address: one.address, fetcher: try fetcher(one))
        case .url(let address): WebKeys(address: address, fetcher: try fetcher(one))
        case .file(let path): FileKeys(path: path)
        }
      let keys = IssuerKeys(one, from: source, clock: realClock, faults: faults)
      issuers[one.issuer] = TrustedIssuer(one, keys: keys, clock: realClock)
    }
    self.issuers = issuers
  }

  package func issuer(of token: String) throws(TokenFault) -> String {
    try trusted(ReadToken(token)).settings.issuer
  }

  package func claims(of token: String) throws(TokenFault) -> ClaimedIdentity {
    let token = try ReadToken(token)
    return ClaimedIdentity(
      issuer: try trusted(token).settings.issuer, subject: try token.text("sub"),
      audiences: try token.audiences())
  }

  package func verify(_ token: String, for audiences: [String]) async throws(TokenFault) -> VerifiedToken {
    let token = try ReadToken(token)
    return try await trusted(token).verify(token, for: audiences)
  }

  private func trusted(_ token: ReadToken) throws(TokenFault) -> TrustedIssuer {
    guard let issuer = issuers[try token.text("iss")] else { throw .unknownIssuer }
    return issuer
  }
}

extension TrustedIssuers: EnvironmentVerifier {
  package func verify(statement: String) async throws(TokenFault) -> VerifiedStatement {
    let token = try ReadToken(statement)
    let issuer = try trusted(token)
    try await issuer.verify(statement: token)
    return VerifiedStatement(authority: issuer.settings.issuer, claims: token.body)
  }
}
