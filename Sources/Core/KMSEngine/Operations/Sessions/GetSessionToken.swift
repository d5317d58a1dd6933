package import KMSDomain

/// A temporary credential for a user, with all the rights that the user has. It needs no right of its own.
package struct GetSessionToken: Operation {
  private let account: AccountID
  private let seconds: Int?

  package init(account: AccountID, seconds: Int?) {
    self.account = account
    self.seconds = seconds
  }

  package let operation = "GetSessionToken"
  package var asked: Asked { Asked(.getSessionToken, named: "") }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.getSessionToken, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<BegunSession> {
    try permits.first.check(.getSessionToken, key: nil, version: nil)
    let claims = try SessionClaims(
      .user, "", of: caller, in: account, seconds: seconds, policies: nil, tags: [], at: desk.clock.now())
    return try desk.begin(claims, of: caller.principal, permit: permits.first)
  }
}

extension SessionClaims {
  /// A session that a user begins as itself, or for somebody else. Only long-term credentials can.
  init(
    _ kind: Kind, _ name: String, of caller: Caller, in account: AccountID, seconds: Int?,
    policies: Policies?, tags: [Tag], at now: Instant
  ) throws(KMSError) {
    guard caller.session == nil, caller.webIdentity == nil, caller.account == account else {
      throw .permitMismatch
    }
    let wanted = seconds ?? SessionLimits.usualForUser
    let life = caller.isRoot ? min(wanted, SessionLimits.root) : wanted
    self.init(
      kind: kind, account: account, principal: IdentityID(caller.principalID), name: name, issuedAt: now,
      expiresAt: now.advanced(seconds: Int64(life)), policies: policies, tags: tags)
  }
}
