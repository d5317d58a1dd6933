/// Who judges what attesting authorities say of environments that ask for keys.
package protocol EnvironmentVerifier: Sendable {
  /// Everything that holds of a statement whoever asks: one of its authority's keys signed it, and it is for now. Whether a key may go
  /// there is for the key's owner to say.
  func verify(statement: String) async throws(TokenFault) -> VerifiedStatement
}

/// What an authority says of an environment, and what is proved to be its word.
package struct VerifiedStatement: Sendable, Equatable {
  /// As in the statement: a URL.
  package let authority: String
  /// A JSON object, byte for byte.
  package let claims: [UInt8]

  package init(authority: String, claims: [UInt8]) {
    self.authority = authority
    self.claims = claims
  }
}

/// Of a server that trusts no authority.
package struct NoAuthorities: EnvironmentVerifier {
  package init() {}

  package func verify(statement: String) async throws(TokenFault) -> VerifiedStatement {
    throw .unknownIssuer
  }
}
