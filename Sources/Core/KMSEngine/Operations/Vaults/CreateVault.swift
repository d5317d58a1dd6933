package import KMSDomain

/// Makes a vault. It begins empty, and nobody has rights in it but by identity policies.
package struct CreateVault: Operation {
  package let name: VaultName
  package let home: Keyring
  private let retentionDays: Int
  private let isPurgeProtected: Bool
  private let authorization: Vault.Authorization

  /// - Parameter home: of kind `vault` or `managedHSM`.
  package init(
    _ name: VaultName, in home: Keyring, retentionDays: Int, isPurgeProtected: Bool,
    authorization: Vault.Authorization
  ) {
    self.name = name
    self.home = home
    self.retentionDays = retentionDays
    self.isPurgeProtected = isPurgeProtected
    self.authorization = authorization
  }

  package let operation = "CreateVault"
  package var asked: Asked { Asked(.createVault, named: name.text) }
  package var demandBeforehand: Demand? { demand }
  private var demand: Demand { Demand(.createVault, on: .account(home.account), named: name.text) }

  /// The one that has the name, whosever it is.
  package func prepare(_ desk: Desk) async throws(KMSError) -> Vault? { try await desk.vault(name) }

  package func demands(_ prepared: Vault?, _ desk: Desk) -> Demands { Demands(demand) }

  package func perform(
    _ prepared: Vault?, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Vault> {
    try permits.first.check(.createVault, key: nil, version: nil)
    guard prepared == nil else { throw .vault(.nameInUse(name.text)) }
    guard Vault.retention.contains(retentionDays) else { throw .vault(.invalid("retention")) }
    guard home.kind == .vault || home.kind == .managedHSM else { throw .vault(.invalid("kind")) }
    let vault = Vault(
      name: name, home: home, createdAt: desk.clock.now(), retentionDays: retentionDays,
      isPurgeProtected: isPurgeProtected, authorization: authorization)
    return Performed(vault, change: .addVault(desk.seal(vault)))
  }
}
