package import KMSDomain

/// Random bytes for the caller.
package struct GenerateRandom: Operation {
  package typealias Prepared = AccountID
  package typealias Answer = Payload

  package let account: AccountID
  /// In bytes; the door has checked its bounds.
  package let count: Int

  package init(account: AccountID, count: Int) {
    self.account = account
    self.count = count
  }

  package var operation: String { "GenerateRandom" }
  package var asked: Asked { Asked(.generateRandom, named: "") }

  package func prepare(_ desk: Desk) async throws(KMSError) -> AccountID { account }
  package func prepareWarm(_ desk: Desk) -> AccountID? { account }

  package func demands(_ prepared: AccountID, _ desk: Desk) -> Demands {
    Demands(Demand(.generateRandom, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: AccountID, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Payload> {
    Performed(try desk.custody.random(count: count, permit: permits.first))
  }
}
