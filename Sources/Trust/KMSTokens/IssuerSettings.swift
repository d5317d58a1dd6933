/// An issuer that the operator trusts, and how far.
package struct IssuerSettings: Sendable, Equatable {
  package enum Keys: Sendable, Equatable {
    /// Where the issuer's own configuration says, on the same host.
    case discovery
    case url(WebAddress)
    case file(String)
  }

  package enum Replay: String, CaseIterable, Sendable {
    /// A token is good as often as it is shown, until it expires.
    case allow
    /// Once.
    case refuse
  }

  /// Exactly as in its tokens.
  package var issuer: String
  package var address: WebAddress
  /// Of which a token must name one, beside what accounts demand; empty: no such rule.
  package var audiences: [String] = []
  package var algorithms: [TokenAlgorithm] = [.rs256, .es256]
  package var keys = Keys.discovery
  /// A file of certificates (PEM) that its TLS certificate is traced back to; nil: those of the system.
  package var authorities: String?
  /// How long keys are believed without asking again.
  package var freshFor = Duration.seconds(3600)
  /// How long they are believed beyond that while the issuer doesn't answer.
  package var staleFor = Duration.seconds(24 * 3600)
  /// How long it isn't asked again, whatever happens.
  package var pause = Duration.seconds(10)
  package var replay = Replay.allow

  package init(issuer: String, address: WebAddress) {
    self.issuer = issuer
    self.address = address
  }
}
