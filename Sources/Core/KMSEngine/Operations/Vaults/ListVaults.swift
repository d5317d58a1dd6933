package import KMSDomain

/// The vaults of an account, in the order of their names.
package struct ListVaults: AccountQuery {
  package typealias Answer = Page<Vault>

  package let account: AccountID
  private let marker: VaultName?
  private let limit: Int

  package init(of account: AccountID, after marker: VaultName?, limit: Int) {
    self.account = account
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListVaults"
  package let action = Action.listVaults

  package func prepare(_ desk: Desk) async throws(KMSError) -> Page<Vault> {
    let stored = try await desk.store.vaults(of: account, after: marker, limit: limit + 1)
    var vaults: [Vault] = []
    for one in stored { vaults.append(try desk.unseal(one, .vault)) }
    return Page(reading: vaults, limit: limit) { $0.name.text }
  }
}
