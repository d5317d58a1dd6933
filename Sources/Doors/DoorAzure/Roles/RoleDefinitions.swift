import AzureRoles
import KMSDomain
import KMSEngine
import WireJSON

/// What the roles of a managed HSM are: those that all of them have, and its own.
struct RoleDefinitions {
  private let call: VaultCall
  private let scope: RoleScope

  init(_ call: VaultCall, at scope: RoleScope) {
    self.call = call
    self.scope = scope
  }

  func answer(_ id: String?) async throws(AzureError) -> VaultAnswer {
    guard let text = id else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await list()
    }
    let id = try Roles.id(text)
    switch call.method {
    case "GET": return try await one(id)
    case "PUT": return try await define(id)
    case "DELETE": return try await remove(id)
    default: throw .methodNotAllowed
    }
  }

  private func list() async throws(AzureError) -> VaultAnswer {
    try RoleFilter.check(definitions: call.query["$filter"])
    let vault = try await read()
    return .json { json in
      json.beginObject()
      json.name("value")
      json.beginArray()
      for role in RoleDefinition.all(of: vault) { role.write(&json) }
      json.endArray()
      json.endObject()
    }
  }

  private func one(_ id: String) async throws(AzureError) -> VaultAnswer {
    guard let role = RoleDefinition.named(id, in: try await read()) else { throw .absent(.roleNotFound(id)) }
    return .json { role.write(&$0) }
  }

  private func define(_ id: String) async throws(AzureError) -> VaultAnswer {
    try requireWhole()
    try RoleDefinitions.requireOwn(id)
    let role = try RoleDefinition(id, call.document())
    _ = try await call.change(.define(role.stored, in: call.vault.name, of: call.vault.home.account))
    return .json(status: 201) { role.write(&$0) }
  }

  private func remove(_ id: String) async throws(AzureError) -> VaultAnswer {
    try requireWhole()
    try RoleDefinitions.requireOwn(id)
    let before = RoleDefinition.named(id, in: call.vault)
    _ = try await call.change(.removeRole(id, in: call.vault.name, of: call.vault.home.account))
    guard let before else { throw AzureError(.contention, about: VaultSubject(.keys, ""), in: call) }
    return .json { before.write(&$0) }
  }

  private func read() async throws(AzureError) -> Vault {
    try await call.read("ReadRoleDefinitions", .readRoleDefinitions, at: scope.place(in: call.vault))
  }

  private func requireWhole() throws(AzureError) {
    guard scope == .all else { throw .badParameter("Roles are defined for the whole HSM, at the scope /.") }
  }

  private static func requireOwn(_ id: String) throws(AzureError) {
    guard !AzureRole.builtIn(in: .managedHSM).contains(where: { $0.id == id }) else {
      throw .badParameter("Built-in roles can't be changed.")
    }
  }
}
