/// What roles of Azure can let somebody do with what is in a vault, as far as this server has it (Azure, "Azure permissions for
/// security" and "Local RBAC built-in roles for Managed HSM"). Vaults and managed HSMs have names of their own for the same.
package enum DataAction: CaseIterable, Sendable {
  case readKeys
  case readDeletedKeys
  case createKey
  case importKey
  case updateKey
  case deleteKey
  case recoverKey
  case purgeKey
  case backUpKey
  case restoreKey
  case rotateKey
  case releaseKey
  case readRotationPolicy
  case writeRotationPolicy
  case encrypt
  case decrypt
  case wrap
  case unwrap
  case sign
  case verify
  case random
  case readSecretMetadata
  case getSecret
  case setSecret
  case updateSecret
  case deleteSecret
  case recoverSecret
  case purgeSecret
  case backUpSecret
  case restoreSecret
  case readRoleDefinitions
  case writeRoleDefinition
  case deleteRoleDefinition
  case readRoleAssignments
  case writeRoleAssignment
  case deleteRoleAssignment
  case startBackup
  case readBackupStatus
  case startRestore
  case readRestoreStatus
  /// Azure has no names for these two: its administrators may.
  case readSettings
  case writeSettings
}

extension DataAction {
  /// Where something is a data action.
  package enum Provider: Sendable {
    case vault
    case managedHSM

    /// How the names of its data actions begin.
    var prefix: String {
      switch self {
      case .vault: "Microsoft.KeyVault/vaults/"
      case .managedHSM: "Microsoft.KeyVault/managedHsm/"
      }
    }
  }

  /// - Returns: nil where there is no such data action.
  package func name(in provider: Provider) -> String? {
    switch provider {
    case .vault: nameInVault.map { provider.prefix + $0 }
    case .managedHSM: nameInManagedHSM.map { provider.prefix + $0 }
    }
  }

  private var nameInVault: String? {
    switch self {
    case .readKeys: "keys/read"
    case .createKey: "keys/create/action"
    case .importKey: "keys/import/action"
    case .updateKey: "keys/update/action"
    case .deleteKey: "keys/delete"
    case .recoverKey: "keys/recover/action"
    case .purgeKey: "keys/purge/action"
    case .backUpKey: "keys/backup/action"
    case .restoreKey: "keys/restore/action"
    case .rotateKey: "keys/rotate/action"
    case .releaseKey: "keys/release/action"
    case .readRotationPolicy: "keyrotationpolicies/read"
    case .writeRotationPolicy: "keyrotationpolicies/write"
    case .encrypt: "keys/encrypt/action"
    case .decrypt: "keys/decrypt/action"
    case .wrap: "keys/wrap/action"
    case .unwrap: "keys/unwrap/action"
    case .sign: "keys/sign/action"
    case .verify: "keys/verify/action"
    case .readSecretMetadata: "secrets/readMetadata/action"
    case .getSecret: "secrets/getSecret/action"
    case .setSecret: "secrets/setSecret/action"
    case .updateSecret: "secrets/update/action"
    case .deleteSecret: "secrets/delete"
    case .recoverSecret: "secrets/recover/action"
    case .purgeSecret: "secrets/purge/action"
    case .backUpSecret: "secrets/backup/action"
    case .restoreSecret: "secrets/restore/action"
    case .readDeletedKeys, .random, .readRoleDefinitions, .writeRoleDefinition, .deleteRoleDefinition,
      .readRoleAssignments, .writeRoleAssignment, .deleteRoleAssignment, .startBackup, .readBackupStatus,
      .startRestore, .readRestoreStatus, .readSettings, .writeSettings:
      nil
    }
  }

  private var nameInManagedHSM: String? {
    switch self {
    case .readKeys: "keys/read/action"
    case .readDeletedKeys: "keys/deletedKeys/read/action"
    case .createKey: "keys/create"
    case .importKey: "keys/import/action"
    // Rotation policies are attributes of keys there.
    case .updateKey: "keys/write/action"
    case .deleteKey: "keys/delete"
    case .recoverKey: "keys/deletedKeys/recover/action"
    case .purgeKey: "keys/deletedKeys/delete"
    case .backUpKey: "keys/backup/action"
    case .restoreKey: "keys/restore/action"
    case .rotateKey: "keys/rotate/action"
    case .releaseKey: "keys/release/action"
    case .encrypt: "keys/encrypt/action"
    case .decrypt: "keys/decrypt/action"
    case .wrap: "keys/wrap/action"
    case .unwrap: "keys/unwrap/action"
    case .sign: "keys/sign/action"
    case .verify: "keys/verify/action"
    case .random: "rng/action"
    case .readRoleDefinitions: "roleDefinitions/read/action"
    case .writeRoleDefinition: "roleDefinitions/write/action"
    case .deleteRoleDefinition: "roleDefinitions/delete/action"
    case .readRoleAssignments: "roleAssignments/read/action"
    case .writeRoleAssignment: "roleAssignments/write/action"
    case .deleteRoleAssignment: "roleAssignments/delete/action"
    case .startBackup: "backup/start/action"
    case .readBackupStatus: "backup/status/action"
    case .startRestore: "restore/start/action"
    case .readRestoreStatus: "restore/status/action"
    case .readSettings: "settings/read/action"
    case .writeSettings: "settings/write/action"
    case .readRotationPolicy, .writeRotationPolicy, .readSecretMetadata, .getSecret, .setSecret,
      .updateSecret, .deleteSecret, .recoverSecret, .purgeSecret, .backUpSecret, .restoreSecret:
      nil
    }
  }
}

extension DataAction {
  /// What else Azure has a name for, of which this server has nothing that one could be allowed to do.
  private static let others = [
    "keys/export/action", "securitydomain/download/action", "securitydomain/download/read",
    "securitydomain/upload/action", "securitydomain/upload/read", "securitydomain/transferkey/read",
  ].map { Provider.managedHSM.prefix + $0 }

  /// Whether anything goes by a pattern there: whoever mistypes what a role must not let people do would let them do it.
  package static func isKnown(_ pattern: String, in provider: Provider) -> Bool {
    let names = allCases.compactMap { $0.name(in: provider) } + (provider == .managedHSM ? others : [])
    return names.contains { AzureRole.matches($0.lowercased(), [pattern]) }
  }
}
