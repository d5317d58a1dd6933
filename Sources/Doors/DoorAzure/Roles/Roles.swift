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
}

/// What is called by a GUID, one by one or all of it.
protocol RoleCollection {
  var call: VaultCall { get }
  func list() async throws(AzureError) -> VaultAnswer
  /// - Parameter id: a GUID in lower case, or what can't be found.
  func one(_ id: String) async throws(AzureError) -> VaultAnswer
  /// - Parameter id: a GUID in lower case.
  func put(_ id: String) async throws(AzureError) -> VaultAnswer
  func remove(_ id: String) async throws(AzureError) -> VaultAnswer
}

extension RoleCollection {
  /// - Parameter name: nil for all.
  func answer(_ name: String?) async throws(AzureError) -> VaultAnswer {
    guard let name else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await list()
    }
    let id = GUID(name)?.text
    switch call.method {
    // By another name there can be none, which only those hear who may look.
    case "GET": return try await one(id ?? name)
    case "PUT":
      guard let id else { throw .badParameter("The name has to be a GUID.") }
      return try await put(id)
    case "DELETE": return try await remove(id ?? name)
    default: throw .methodNotAllowed
    }
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
