package import KMSDomain

/// Random bytes for the caller.
package struct GenerateRandom: Operation {
  package typealias Prepared = AccountID
  package typealias Answer = Payload

  package let account: AccountID
  /// In bytes; the door has checked its bounds.
  package let count: Int
  /// Where they shall come from instead of from custody. Only stores on hardware clusters make random bytes, and there are none.
  package let source: KeyStoreReference?

  package init(account: AccountID, count: Int, source: KeyStoreReference? = nil) {
    self.account = account
    self.count = count
    self.source = source
  }

  package var operation: String { "GenerateRandom" }
  package var asked: Asked { Asked(.generateRandom, named: named) }

  /// - Throws: `notFound` or `wrongType` when a custom key store was named.
  package func prepare(_ desk: Desk) async throws(KMSError) -> AccountID {
    guard let source else { return account }
    let record = try await desk.customKeyStores(in: source.keyring).store(source)
    throw .customKeyStore(.wrongType(record.id.text))
  }
  package func prepareWarm(_ desk: Desk) -> AccountID? { source == nil ? account : nil }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: AccountID, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand { Demand(.generateRandom, on: .account(account), named: named) }
  private var named: String { source?.asWritten ?? "" }

  package func perform(
    _ prepared: AccountID, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Payload> {
    Performed(try desk.custody.random(count: count, permit: permits.first))
  }
}
