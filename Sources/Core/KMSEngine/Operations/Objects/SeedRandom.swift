package import KMSDomain

/// Stirs a caller's bytes into the random generators.
package struct SeedRandom: Operation {
  package let account: AccountID
  package let bytes: Payload

  package init(_ bytes: Payload, in account: AccountID) {
    self.account = account
    self.bytes = bytes
  }

  package let operation = "SeedRandom"
  package var asked: Asked { Asked(.seedRandom, named: "") }
  package var family: RequestFamily? { .objects }

  package func prepare(_ desk: Desk) async throws(KMSError) {}

  package func demands(_ prepared: Void, _ desk: Desk) -> Demands {
    Demands(Demand(.seedRandom, on: .account(account), named: ""))
  }

  package func perform(
    _ prepared: Void, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Void> {
    try desk.custody.seedRandom(bytes, permit: permits.first)
    return Performed(())
  }
}
