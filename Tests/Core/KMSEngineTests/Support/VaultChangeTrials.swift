import KMSDomain
import KMSEngine
import KMSTestKit

/// Vaults themselves, and who has roles in them.
extension Trial {
  private static let name = World.vault.name
  private static let account = Fixtures.account

  static let createVault = Trial(.createVault) { _ in
    guard let name = VaultName("another") else { throw KMSError.permitMismatch }
    return CreateVault(
      name, in: World.vault.home, retentionDays: 7, isPurgeProtected: false, authorization: .roles)
  }
  static let describeVault = readVault(.describeVault)
  static let listVaults = Trial(.listVaults) { _ in ListVaults(of: account, after: nil, limit: 10) }
  static let updateVault = changeVault(.updateVault) { $0.isPurgeProtected = true }
  static let deleteVault = Trial(.deleteVault) { _ in ChangeVault.delete(name, in: account) }
  static let recoverVault = Trial(.recoverVault) { _ in
    ChangeVault.recover(World.deletedVault.name, in: account)
  }
  static let readRoleDefinitions = readVault(.readRoleDefinitions)
  static let readRoleAssignments = readVault(.readRoleAssignments)
  static let readVaultSettings = readVault(.readVaultSettings)
  static let backUpVault = readVault(.backUpVault)
  static let readVaultBackup = readVault(.readVaultBackup)
  static let restoreVault = readVault(.restoreVault)
  static let readVaultRestore = readVault(.readVaultRestore)
  static let writeVaultSettings = changeVault(.writeVaultSettings) { $0.retentionDays = 8 }
  static let writeRoleDefinition = changeVault(.writeRoleDefinition) {
    $0.roles.append(
      VaultRole(id: "r", name: "R", description: "", dataActions: [], notDataActions: [], scopes: ["/"]))
  }
  static let deleteRoleDefinition = changeVault(.deleteRoleDefinition) { $0.roles = [] }
  static let writeRoleAssignment = Trial(.writeRoleAssignment) { _ in
    ChangeVault.assign(
      RoleAssignment(id: "new", role: "r", principal: "p", scope: "/keys"), in: name, of: account)
  }
  static let deleteRoleAssignment = Trial(.deleteRoleAssignment) { _ in
    ChangeVault.removeAssignment("there", in: name, of: account)
  }

  private static func readVault(_ action: Action) -> Trial {
    Trial(action, note: " for \(action)") { _ in ReadVault("Read", action, of: name, in: account) }
  }

  private static func changeVault(_ action: Action, _ edit: @escaping @Sendable (inout Vault) -> Void)
    -> Trial
  {
    Trial(action, note: " for \(action)") { _ in
      ChangeVault("Change", action, of: name, in: account) { (vault, _) throws(KMSError) in
        var vault = vault
        edit(&vault)
        return vault
      }
    }
  }
}

extension World {
  static let vault = sample("first")
  static let deletedVault = sample("second", deletedAt: Instant(milliseconds: 1))

  private static func sample(_ name: String, deletedAt: Instant? = nil) -> Vault {
    guard let name = VaultName(name) else { preconditionFailure("no vault can have that name") }
    return Vault(
      name: name, home: Keyring(account: Fixtures.account, region: "us-east-1", kind: .vault),
      createdAt: Instant(milliseconds: 1),
      roles: [
        VaultRole(id: "q", name: "Q", description: "", dataActions: [], notDataActions: [], scopes: [])
      ],
      assignments: [RoleAssignment(id: "there", role: "q", principal: "p", scope: "/")], deletedAt: deletedAt)
  }
}
