package import KMSDomain

/// Signs an access token for an application that has proved itself: JWT in compact serialisation, RS256 (RFC 7515, RFC 7519).
package struct IssueToken: Operation {
  /// What the audit record says of it.
  package struct Facts: Sendable {
    package let application: Application
    package let audience: String
    /// By what the application proved itself: "secret", "certificate", "federated".
    package let method: String
    /// Which of them.
    package let credential: String

    package init(application: Application, audience: String, method: String, credential: String) {
      self.application = application
      self.audience = audience
      self.method = method
      self.credential = credential
    }
  }

  private let claims: [UInt8]
  private let facts: Facts
  private let keys: TokenKeys

  /// - Parameter claims: a JSON object.
  package init(_ claims: [UInt8], _ facts: Facts, by keys: TokenKeys) {
    self.claims = claims
    self.facts = facts
    self.keys = keys
  }

  package let operation = "IssueToken"
  package var asked: Asked { Asked(.issueToken, named: facts.application.clientID.text) }

  package var details: [AuditRecord.Detail] {
    [
      ("application", facts.application.clientID.text), ("owner", facts.application.owner.text),
      ("audience", facts.audience), ("method", facts.method), ("credential", facts.credential),
    ].map { AuditRecord.Detail(name: $0.0, value: $0.1) }
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> SigningTokenKey { try await keys.current() }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: SigningTokenKey, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.issueToken, on: .server, named: facts.application.clientID.text) }

  package func isSlow(_ prepared: SigningTokenKey) -> Bool { true }

  package func perform(
    _ prepared: SigningTokenKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<String> {
    try permits.first.check(.issueToken, key: nil, version: nil)
    let token = CompactJWS("JWT", by: prepared.key, claims)
    let signature = try keys.custody.signToken(token.signed, with: prepared.live, permit: permits.first)
    return Performed(
      token.with(signature),
      details: [AuditRecord.Detail(name: "tokenKey", value: prepared.key.id.text)])
  }
}
