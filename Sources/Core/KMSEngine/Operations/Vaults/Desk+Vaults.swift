package import KMSDomain

extension Desk {
  /// The vault of a name, deleted or not.
  package func vault(_ name: VaultName) async throws(KMSError) -> Vault? {
    if let known = vaults.vault(name) { return known }
    let ticket = vaults.ticket()
    guard let stored = try await store.vault(name) else {
      vaults.keep(nil, as: name, ticket)
      return nil
    }
    let vault = try unseal(stored, .vault)
    vaults.keep(vault, as: name, ticket)
    return vault
  }

  /// The same without waiting: nil where nobody knows, or there is none.
  package func warmVault(_ name: VaultName) -> Vault? { vaults.vault(name) ?? nil }

  /// The same, of an account: of another there is none.
  func vault(_ name: VaultName, of account: AccountID) async throws(KMSError) -> Vault? {
    guard let vault = try await vault(name), vault.home.account == account else { return nil }
    return vault
  }
}

extension Demand {
  /// About a vault as a whole.
  /// - Parameter place: the part of it that it is about; nil for all of it.
  convenience init(
    _ action: Action, about vault: VaultName, in account: AccountID, at place: VaultPlace? = nil
  ) {
    var facts = RequestFacts(about: vault)
    facts.place = place
    self.init(action, on: .account(account), named: place?.text ?? vault.text, facts: facts)
  }

  /// About what is at a place of a vault, whatever that turns out to be.
  convenience init(_ action: Action, at place: VaultPlace, in home: Keyring) {
    var facts = RequestFacts()
    facts.newKeyring = home.kind
    facts.place = place
    self.init(action, on: .account(home.account), named: place.text, facts: facts)
  }
}

extension RequestFacts {
  /// Of a demand about a vault as a whole.
  init(about vault: VaultName) {
    self.init()
    self.vault = vault.text
  }
}
