package import KMSDomain

/// Random bytes for the caller.
package struct GenerateRandom: Operation {
  package struct Prepared: Sendable {
    /// Why it can't be, told to nobody without the right.
    let refusal: KMSError?
  }

  package typealias Answer = Payload

  package let account: AccountID
  /// In bytes; the door has checked its bounds.
  package let count: Int
  /// Where they shall come from instead of from custody. Only stores on hardware clusters make random bytes, and there are none.
  package let source: KeyStoreReference?

  /// In which vault somebody asks for them; nil: in none.
  private let vault: VaultName?

  package init(
    account: AccountID, count: Int, source: KeyStoreReference? = nil, vault: VaultName? = nil
  ) {
    self.vault = vault
    self.account = account
    self.count = count
    self.source = source
  }

  package var operation: String { "GenerateRandom" }
  package var asked: Asked { Asked(.generateRandom, named: named) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    guard let source else { return Prepared(refusal: nil) }
    let stores = try await desk.customKeyStores(in: source.keyring)
    do throws(KMSError) {
      return Prepared(refusal: .customKeyStore(.wrongType(try stores.store(source).id.text)))
    } catch {
      return Prepared(refusal: error)
    }
  }
  package func prepareWarm(_ desk: Desk) -> Prepared? { source == nil ? Prepared(refusal: nil) : nil }

  package var demandBeforehand: Demand? { demand }
  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands { Demands(demand) }
  private var demand: Demand {
    guard let vault else { return Demand(.generateRandom, on: .account(account), named: named) }
    return Demand(
      .generateRandom, on: .account(account), named: named, facts: RequestFacts(about: vault))
  }
  private var named: String { source?.asWritten ?? "" }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Payload> {
    if let refusal = prepared.refusal { throw refusal }
    return Performed(try desk.custody.random(count: count, permit: permits.first))
  }
}
