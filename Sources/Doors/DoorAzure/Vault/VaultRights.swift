import AzureRoles
import KMSDomain
import Synchronization

/// What the role assignments or access policies of vaults let applications do, as policies that those carry for calls to that vault
/// alone. Kept in memory in compiled form, for as long as the vault is as it was.
final class VaultRights: Sendable {
  private struct Compiled: Sendable {
    let generation: UInt64
    /// By object id.
    let policies: [String: AttachedPolicy]
    /// The caller that was, and what it became.
    var carrying: [GUID: (before: Caller, after: Caller)] = [:]
  }

  /// Vaults kept at most; then it begins anew.
  private static let most = 1024
  private let compiled = Mutex<[VaultName: Compiled]>([:])

  /// The caller as it is in a vault.
  func caller(_ caller: Caller, as application: Application, in vault: Vault) -> Caller {
    let principal = application.objectID
    let known = compiled.withLock { all -> Caller? in
      guard let known = all[vault.name], known.generation == vault.generation,
        let carrying = known.carrying[principal], carrying.before === caller
      else { return nil }
      return carrying.after
    }
    if let known { return known }
    var made = compiled(vault)
    let carrying = caller.carrying(made.policies[principal.text].map { [$0] } ?? [])
    made.carrying[principal] = (caller, carrying)
    compiled.withLock { all in
      if all.count >= VaultRights.most { all = [:] }
      all[vault.name] = made
    }
    return carrying
  }

  private func compiled(_ vault: Vault) -> Compiled {
    let known = compiled.withLock { $0[vault.name] }
    if let known, known.generation == vault.generation, known.carrying.count < VaultRights.most {
      return known
    }
    return Compiled(generation: vault.generation, policies: VaultRights.compile(vault))
  }

  private static func compile(_ vault: Vault) -> [String: AttachedPolicy] {
    var statements: [String: [Statement]] = [:]
    switch vault.authorization {
    case .roles:
      for assignment in vault.assignments {
        guard let actions = actions(ofRole: assignment.role, in: vault) else { continue }
        statements[assignment.principal, default: []].append(
          statement(assignment.id, actions, in: vault, scope: assignment.scope))
      }
    case .accessPolicies:
      for policy in vault.accessPolicies {
        statements[policy.principal, default: []].append(
          statement(
            "access policy", policy.permissions.flatMap(AccessPermission.actions), in: vault, scope: "/"))
      }
    }
    return statements.mapValues {
      AttachedPolicy(name: "vault/" + vault.name.text, policy: Policy(statements: $0))
    }
  }

  /// - Returns: nil for a role that isn't there any more: it allows nothing.
  private static func actions(ofRole id: String, in vault: Vault) -> [Action]? {
    let provider = DataAction.Provider(vault.home.kind)
    let custom = vault.roles.first { $0.id == id }.map {
      AzureRole(id: $0.id, name: $0.name, dataActions: $0.dataActions, notDataActions: $0.notDataActions)
    }
    let role = custom ?? AzureRole.builtIn(in: provider).first { $0.id == id }
    return role?.allowed(in: provider).flatMap { actions(for: $0, in: provider) }
  }

  private static func statement(
    _ label: String, _ actions: [Action], in vault: Vault, scope: String
  ) -> Statement {
    Statement(
      label: label, effect: .allow, principals: nil, actions: ActionSet(actions),
      resources: ResourceSet([Glob("*")]),
      conditions: [
        Condition(
          key: .vault, name: "claviger:vault",
          test: .stringEquals([vault.name.text], ignoringCase: false, negated: false), quantifier: .single,
          ifExists: false, label: "StringEquals claviger:Vault")
      ] + condition(scope))
  }

  /// The whole vault, a collection, or one object of it.
  private static func condition(_ scope: String) -> [Condition] {
    let parts = scope.lowercased().split(separator: "/", omittingEmptySubsequences: true)
    guard !parts.isEmpty else { return [] }
    let place = parts.joined(separator: "/")
    let test: Condition.Test =
      parts.count == 1
      // The collection as a whole is what lists are about.
      ? .stringLike([Glob(place), Glob(place + "/*")], negated: false)
      : .stringEquals([place], ignoringCase: false, negated: false)
    return [
      Condition(
        key: .vaultObject, name: "claviger:vaultobject", test: test, quantifier: .single, ifExists: false,
        label: "claviger:VaultObject")
    ]
  }
}

extension VaultRights {
  /// What a data action of a role lets somebody do here.
  static func actions(for dataAction: DataAction, in provider: DataAction.Provider) -> [Action] {
    switch dataAction {
    // In vaults, what was deleted is read by the same right; in managed HSMs, rotation policies are. Of keys that were adopted it takes
    // what their own protocol asks.
    case .readKeys:
      [.readVaultKey, .listVaultKeys, .attestVaultKey, .describeKey]
        + (provider == .vault ? deleted : [.readRotationPolicy])
    case .readDeletedKeys: deleted
    case .createKey: [.createVaultKey]
    case .importKey: [.importVaultKey]
    case .updateKey:
      [.updateVaultKey, .enableKey, .disableKey] + (provider == .vault ? [] : [.writeRotationPolicy])
    case .deleteKey: [.deleteVaultKey]
    case .recoverKey: [.recoverVaultKey]
    case .purgeKey: [.purgeVaultKey]
    case .backUpKey: [.backUpVaultKey]
    case .restoreKey: [.restoreVaultKey]
    case .rotateKey: [.rotateVaultKey]
    case .releaseKey: [.releaseVaultKey]
    case .readRotationPolicy: [.readRotationPolicy]
    case .writeRotationPolicy: [.writeRotationPolicy]
    case .encrypt: [.encrypt]
    case .decrypt: [.decrypt]
    case .wrap: [.wrapKey]
    case .unwrap: [.unwrapKey]
    case .sign: [.sign, .generateMac]
    case .verify: [.verify, .verifyMac]
    case .random: [.generateRandom]
    case .readSecretMetadata: [.listSecrets]
    case .getSecret: [.readSecret]
    case .setSecret: [.setSecret]
    case .updateSecret: [.updateSecret]
    case .deleteSecret: [.deleteSecret]
    case .recoverSecret: [.recoverSecret]
    case .purgeSecret: [.purgeSecret]
    case .backUpSecret: [.backUpSecret]
    case .restoreSecret: [.restoreSecret]
    case .readRoleDefinitions: [.readRoleDefinitions]
    case .writeRoleDefinition: [.writeRoleDefinition]
    case .deleteRoleDefinition: [.deleteRoleDefinition]
    case .readRoleAssignments: [.readRoleAssignments]
    case .writeRoleAssignment: [.writeRoleAssignment]
    case .deleteRoleAssignment: [.deleteRoleAssignment]
    case .startBackup: [.backUpVault]
    case .readBackupStatus: [.readVaultBackup]
    case .startRestore: [.restoreVault]
    case .readRestoreStatus: [.readVaultRestore]
    case .readSettings: [.readVaultSettings]
    case .writeSettings: [.writeVaultSettings]
    }
  }

  private static let deleted: [Action] = [.readDeletedVaultKey, .listDeletedVaultKeys]

  /// The one that somebody would need for an action; nil where no role gives it.
  static func dataAction(for action: Action, in provider: DataAction.Provider) -> DataAction? {
    switch provider {
    case .vault: inVault[action]
    case .managedHSM: inManagedHSM[action]
    }
  }

  private static let inVault = byAction(.vault)
  private static let inManagedHSM = byAction(.managedHSM)

  private static func byAction(_ provider: DataAction.Provider) -> [Action: DataAction] {
    Dictionary(
      DataAction.allCases.filter { $0.name(in: provider) != nil }.flatMap { dataAction in
        actions(for: dataAction, in: provider).map { ($0, dataAction) }
      }, uniquingKeysWith: { first, _ in first })
  }
}

extension DataAction.Provider {
  init(_ kind: Keyring.Kind) { self = kind == .managedHSM ? .managedHSM : .vault }
}
