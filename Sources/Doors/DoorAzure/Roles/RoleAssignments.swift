import AzureRoles
import KMSDomain
import KMSEngine
import WireJSON

/// Who has which role at a place in a managed HSM. Whoever may give roles at a place may give them within it, and nowhere else.
struct RoleAssignments {
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
    case "PUT": return try await assign(id)
    case "DELETE": return try await remove(id)
    default: throw .methodNotAllowed
    }
  }

  private func list() async throws(AzureError) -> VaultAnswer {
    let filter = try RoleFilter(call.query["$filter"])
    let vault = try await read()
    return .json { json in
      json.beginObject()
      json.name("value")
      json.beginArray()
      for assignment in vault.assignments where filter.takes(assignment, at: scope) {
        assignment.write(&json)
      }
      json.endArray()
      json.endObject()
    }
  }

  private func one(_ id: String) async throws(AzureError) -> VaultAnswer {
    guard let assignment = named(id, in: try await read()) else { throw .absent(.assignmentNotFound(id)) }
    return .json { assignment.write(&$0) }
  }

  private func assign(_ id: String) async throws(AzureError) -> VaultAnswer {
    let (role, principal) = try RoleAssignments.wanted(call.document())
    let scope = scope
    let assignment = RoleAssignment(id: id, role: role, principal: principal, scope: scope.text)
    let change = ChangeVault.assign(
      assignment, in: call.vault.name, of: call.vault.home.account, at: scope.place(in: call.vault)
    ) { vault throws(KMSError) in
      guard let definition = RoleDefinition.named(role, in: vault) else {
        throw KMSError.vault(.roleNotFound(role))
      }
      guard definition.canBeGiven(at: scope) else { throw KMSError.vault(.invalid("scope")) }
    }
    _ = try await call.change(change)
    return .json(status: 201) { assignment.write(&$0) }
  }

  private func remove(_ id: String) async throws(AzureError) -> VaultAnswer {
    let before = named(id, in: call.vault)
    _ = try await call.change(
      .removeAssignment(
        id, givenAt: scope.text, in: call.vault.name, of: call.vault.home.account,
        at: scope.place(in: call.vault)))
    guard let before else { throw AzureError(.contention, about: VaultSubject(.keys, ""), in: call) }
    return .json { before.write(&$0) }
  }

  private func read() async throws(AzureError) -> Vault {
    try await call.read("ReadRoleAssignments", .readRoleAssignments, at: scope.place(in: call.vault))
  }

  /// One that was given exactly there.
  private func named(_ id: String, in vault: Vault) -> RoleAssignment? {
    vault.assignments.first { $0.id == id && $0.scope.lowercased() == scope.text.lowercased() }
  }

  /// - Returns: the ids of the role and of whom it is for.
  private static func wanted(
    _ body: JSONValue
  ) throws(AzureError) -> (role: String, principal: String) {
    let (role, principal) = try AzureError.reading { () throws(KeyFault) in
      guard let properties = body.present("properties"), properties.kind == .object else {
        throw KeyFault.missing("properties")
      }
      return (try properties.text("roleDefinitionId"), try properties.text("principalId"))
    }
    // Clients write it with or without what stands before the GUID.
    guard let last = role?.split(separator: "/").last, let id = GUID(String(last)) else {
      throw .invalid("roleDefinitionId")
    }
    guard let principal = principal.flatMap({ GUID($0) }) else { throw .invalid("principalId") }
    return (id.text, principal.text)
  }
}

extension RoleAssignment {
  fileprivate func write(_ json: inout JSONWriter) {
    let prefix = RoleScope(scope)?.prefix ?? ""
    json.beginObject()
    json.member("id", prefix + "/providers/Microsoft.Authorization/roleAssignments/" + id)
    json.member("name", id)
    json.member("type", "Microsoft.Authorization/roleAssignments")
    json.name("properties")
    json.beginObject()
    json.member("scope", scope)
    json.member("roleDefinitionId", RoleDefinition.identifier(role))
    json.member("principalId", principal)
    json.endObject()
    json.endObject()
  }
}
