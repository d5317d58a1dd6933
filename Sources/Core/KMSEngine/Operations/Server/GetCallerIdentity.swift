package import KMSDomain

/// Who the caller is, as far as the server could prove it. Needs no right.
package struct GetCallerIdentity: Operation {
  package typealias Prepared = AccountID
  package typealias Answer = Caller

  package let account: AccountID
  package init(account: AccountID) { self.account = account }

  package var operation: String { "GetCallerIdentity" }
  package var asked: Asked { Asked(.getCallerIdentity, named: "") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> AccountID { account }

  package func demands(_ prepared: AccountID, _ desk: Desk) -> Demands {
    Demands(Demand(.getCallerIdentity, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: AccountID, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Caller> {
    try permits.first.check(.getCallerIdentity, key: nil, version: nil)
    return Performed(caller)
  }
}
