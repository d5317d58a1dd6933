package import KMSDomain

/// The hash of a caller's bytes: no key is used.
package struct HashData: Operation {
  package let account: AccountID
  package let data: Payload
  package let function: HashFunction

  package init(_ data: Payload, by function: HashFunction, in account: AccountID) {
    self.account = account
    self.data = data
    self.function = function
  }

  package let operation = "HashData"
  package var asked: Asked { Asked(.hash, named: "") }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) {}
  package func prepareWarm(_ desk: Desk) -> Void? { () }

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.hash, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<[UInt8]> {
    Performed(try desk.custody.hash(data, by: function, permit: permits.first))
  }
}
