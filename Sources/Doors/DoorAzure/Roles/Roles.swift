import AzureRoles
import KMSDomain
import KMSEngine
import WireJSON

/// `.../providers/Microsoft.Authorization`: who has which role in a managed HSM, and what the roles are. Vaults have no such thing:
/// their roles are given by the command line, as Azure's are by its resource manager.
struct Roles: VaultCollection {
  let path: RolePath

  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.vault.home.kind == .managedHSM else { throw .notOffered("Roles of vaults over this protocol") }
    switch path.kind {
    case .definitions: return try await RoleDefinitions(call, at: path.scope).answer(path.id)
    case .assignments: return try await RoleAssignments(call, at: path.scope).answer(path.id)
    }
  }

  /// In lower case.
  static func id(_ text: String) throws(AzureError) -> String {
    guard let id = GUID(text) else { throw .badParameter("The name has to be a GUID.") }
    return id.text
  }
}

extension VaultCall {
  /// What is read of the vault as a whole, or of a part of it, by those who have the right.
  func read(_ operation: String, _ action: Action, at place: VaultPlace?) async throws(AzureError) -> Vault {
    try await run(
      ReadVault(operation, action, of: vault.name, in: vault.home.account, at: place),
      about: VaultSubject(.keys, ""))
  }

  func change(_ change: ChangeVault) async throws(AzureError) -> Vault {
    try await run(change, about: VaultSubject(.keys, ""))
  }
}

extension AzureError {
  /// Of what was looked for in something that was read: that is written down already.
  static func absent(_ fault: VaultFault) -> AzureError {
    var error = AzureError(fault, about: VaultSubject(.keys, ""))
    error.isRecorded = true
    return error
  }
}
