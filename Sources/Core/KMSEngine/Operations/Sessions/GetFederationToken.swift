package import KMSDomain

/// A session for somebody whom a user vouches for: it may do what both the user's policies and its own allow.
package struct GetFederationToken: Operation {
  private let account: AccountID
  private let terms: SessionTerms

  package init(_ terms: SessionTerms, account: AccountID) {
    self.terms = terms
    self.account = account
  }

  package let operation = "GetFederationToken"
  package var asked: Asked { Asked(.getFederationToken, named: terms.name) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Result<SessionClaims.Policies, KMSError> {
    await desk.sessionPolicies(terms, of: account)
  }

  package func demands(_ prepared: Result<SessionClaims.Policies, KMSError>, _ desk: Desk) -> Demands {
    let unbegun = SessionClaims(
      kind: .federated, account: account, principal: IdentityID(""), name: terms.name,
      issuedAt: .distantFuture, expiresAt: .distantFuture)
    let resource = ProtectedIdentity(
      name: desk.vocabulary.sessionPrincipal(unbegun, of: ""), account: account)
    var facts = RequestFacts()
    facts.session = terms.facts
    facts.requestTags = terms.tags.isEmpty ? nil : terms.tags
    return Demands(
      Demand(.getFederationToken, on: .identity(resource), named: terms.name, facts: facts),
      terms.tags.isEmpty
        ? nil : Demand(.tagSession, on: .account(account), named: terms.name, facts: facts))
  }

  package func perform(
    _ prepared: Result<SessionClaims.Policies, KMSError>, _ permits: borrowing Permits, _ desk: Desk,
    _ caller: Caller
  ) throws(KMSError) -> Performed<BegunSession> {
    try permits.first.check(.getFederationToken, key: nil, version: nil)
    let claims = try SessionClaims(
      .federated, terms.name, of: caller, in: account, seconds: terms.seconds, policies: try prepared.get(),
      tags: terms.tags, at: desk.clock.now())
    return try desk.begin(claims, of: caller.principal, permit: permits.first)
  }
}
