package import KMSDomain

/// An operation on one vault, or on a part of it. The right is asked for before anybody looks whether the vault is there.
package protocol VaultWork: Operation where Prepared == Vault? {
  var action: Action { get }
  var name: VaultName { get }
  var account: AccountID { get }
  /// The part of it that it is about; nil for all of it.
  var place: VaultPlace? { get }
}

extension VaultWork {
  package var asked: Asked { Asked(action, named: place?.text ?? name.text) }
  package var demandBeforehand: Demand? { demand }
  private var demand: Demand { Demand(action, about: name, in: account, at: place) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Vault? {
    try await desk.vault(name, of: account)
  }

  package func demands(_ prepared: Vault?, _ desk: Desk) -> Demands { Demands(demand) }
}
