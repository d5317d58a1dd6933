package import KMSDomain

/// Reads what is known of a vault, or a part of it: the action says which.
package struct ReadVault: Operation {
  package let operation: String
  package let action: Action
  package let name: VaultName
  package let account: AccountID
  /// The part of it that is read; nil for all of it.
  private let place: VaultPlace?

  package init(
    _ operation: String, _ action: Action, of name: VaultName, in account: AccountID,
    at place: VaultPlace? = nil
  ) {
    self.place = place
    self.operation = operation
    self.action = action
    self.name = name
    self.account = account
  }

  package var asked: Asked { Asked(action, named: place?.text ?? name.text) }
  package var demandBeforehand: Demand? { demand }
  private var demand: Demand { Demand(action, about: name, in: account, at: place) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Vault? {
    try await desk.vault(name, of: account)
  }

  package func demands(_ prepared: Vault?, _ desk: Desk) -> Demands { Demands(demand) }

  package func perform(
    _ prepared: Vault?, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Vault> {
    try permits.first.check(action, key: nil, version: nil)
    guard let prepared else { throw .vault(.notFound(name.text)) }
    return Performed(prepared)
  }
}
