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
}
