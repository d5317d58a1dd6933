extension AzureRole {
  /// The roles that every vault has, or every managed HSM. Their ids are Azure's, the same everywhere.
  package static func builtIn(in provider: DataAction.Provider) -> [AzureRole] {
    switch provider {
    case .vault: ofVaults
    case .managedHSM: ofManagedHSMs
    }
  }

  /// By id or by name, in any case; of a managed HSM also without the words that all its roles begin with.
  package static func builtIn(_ text: String, in provider: DataAction.Provider) -> AzureRole? {
    let wanted = text.lowercased()
    return builtIn(in: provider).first {
      $0.id == wanted || $0.name.lowercased() == wanted || $0.name.lowercased() == "managed hsm " + wanted
    }
  }

  /// Those that only manage certificates, or vaults themselves, have nothing to allow here.
  private static let ofVaults = [
    vault("00482a5a-887f-4fb3-b363-3b7fe8e74483", "Key Vault Administrator", ["*"]),
    vault(
      "21090545-7ca7-4776-b22c-e363652d74d2", "Key Vault Reader", ["*/read", "secrets/readMetadata/action"]),
    vault(
      "14b46e9e-c2b7-41b4-b07b-48a6ebf60603", "Key Vault Crypto Officer", ["keys/*", "keyrotationpolicies/*"]),
    vault(
      "12338af0-0e69-4776-bea7-57ae8d297424", "Key Vault Crypto User",
      [
        "keys/read", "keys/update/action", "keys/backup/action", "keys/encrypt/action", "keys/decrypt/action",
        "keys/wrap/action", "keys/unwrap/action", "keys/sign/action", "keys/verify/action",
      ]),
    vault(
      "e147488a-f6f5-4113-8e2d-b22465e65bf6", "Key Vault Crypto Service Encryption User",
      ["keys/read", "keys/wrap/action", "keys/unwrap/action"]),
    vault(
      "08bbd89e-9f13-488c-ac41-acfcb10c90ab", "Key Vault Crypto Service Release User",
      ["keys/release/action"]),
    vault("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer", ["secrets/*"]),
    vault(
      "4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User",
      ["secrets/getSecret/action", "secrets/readMetadata/action"]),
    vault(
      "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba", "Key Vault Certificate User",
      [
        "certificates/read", "secrets/getSecret/action", "secrets/readMetadata/action", "keys/read",
      ]),
  ]

  private static let ofManagedHSMs = [
    hsm(
      "a290e904-7015-4bba-90c8-60543313cdb4", "Administrator",
      "Gives roles, makes and restores full backups, and sets what holds for the HSM. Uses no keys.",
      [
        "securitydomain/*", "roleAssignments/*", "roleDefinitions/*", "backup/*", "restore/*", "settings/*",
      ]),
    hsm(
      "515eb02d-2335-4d2d-92f2-b1cbdf9c3778", "Crypto Officer",
      "Gives roles, and recovers, purges and exports keys.",
      [
        "keys/deletedKeys/*", "keys/export/action", "roleAssignments/*", "roleDefinitions/*",
      ]),
    hsm(
      "21dbd100-6940-42c2-9190-5d6cb909625b", "Crypto User",
      "Does everything with keys but recover, purge and export them.",
      [
        "keys/read/action", "keys/write/action", "keys/rotate/action", "keys/create", "keys/delete",
        "keys/backup/action", "keys/restore/action", "keys/release/action", "keys/import/action",
        "keys/encrypt/action", "keys/decrypt/action", "keys/wrap/action", "keys/unwrap/action",
        "keys/sign/action", "keys/verify/action", "rng/action", "roleAssignments/read/action",
        "roleDefinitions/read/action",
      ]),
    hsm(
      "4bd23610-cdcf-4971-bdee-bdc562cc28e4", "Policy Administrator",
      "Gives and takes roles.",
      ["roleAssignments/*", "roleDefinitions/*"]),
    hsm(
      "2c18b078-7c48-4d3a-af88-5a3a1b3f82b3", "Crypto Auditor",
      "Sees what is known of keys, and uses none.",
      [
        "keys/read/action", "roleAssignments/read/action", "roleDefinitions/read/action",
      ]),
    hsm(
      "33413926-3206-4cdd-b39a-83574fe37a17", "Crypto Service Encryption User",
      "Wraps and unwraps, for services that encrypt.",
      ["keys/read/action", "keys/wrap/action", "keys/unwrap/action"]),
    hsm(
      "21dbd100-6940-42c2-9190-5d6cb909625c", "Crypto Service Release User",
      "Has keys released to trusted environments.", ["keys/release/action"]),
    hsm(
      "7b127d3c-77bd-4e3e-bbe0-dbb8971fa7f8", "Backup", "Backs up single keys or the whole HSM.",
      ["keys/backup/action", "backup/*"]),
    hsm(
      "6efe6056-5259-49d2-8b3d-d3d73544b20b", "Restore", "Restores single keys or the whole HSM.",
      ["keys/restore/action", "restore/*"]),
  ]

  private static func vault(_ id: String, _ name: String, _ actions: [String]) -> AzureRole {
    AzureRole(id: id, name: name, dataActions: actions.map { DataAction.Provider.vault.prefix + $0 })
  }

  private static func hsm(
    _ id: String, _ name: String, _ description: String, _ actions: [String]
  ) -> AzureRole {
    AzureRole(
      id: id, name: "Managed HSM " + name, description: description,
      dataActions: actions.map { DataAction.Provider.managedHSM.prefix + $0 })
  }
}
