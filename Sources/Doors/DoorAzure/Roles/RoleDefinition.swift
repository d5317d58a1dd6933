import AzureRoles
import KMSDomain
import WireJSON

/// A role of a managed HSM, as clients write and read it.
struct RoleDefinition: Sendable {
  let isBuiltIn: Bool
  let stored: VaultRole

  private init(isBuiltIn: Bool, _ stored: VaultRole) {
    self.isBuiltIn = isBuiltIn
    self.stored = stored
  }

  private init(_ role: AzureRole) {
    self.init(
      isBuiltIn: true,
      VaultRole(
        id: role.id, name: role.name, description: role.description,
        dataActions: role.allowed(in: .managedHSM).compactMap { $0.name(in: .managedHSM) },
        notDataActions: [], scopes: ["/"]))
  }

  static func all(of vault: Vault) -> [RoleDefinition] {
    AzureRole.builtIn(in: .managedHSM).map { RoleDefinition($0) }
      + vault.roles.map { RoleDefinition(isBuiltIn: false, $0) }
  }

  static func named(_ id: String, in vault: Vault) -> RoleDefinition? {
    all(of: vault).first { $0.stored.id == id }
  }

  /// Whether it may be given at a place.
  func canBeGiven(at scope: RoleScope) -> Bool {
    stored.scopes.contains { RoleScope($0).map(scope.isWithin) ?? false }
  }
}

extension RoleDefinition {
  /// - Parameter body: `properties`, with one list of permissions at most: what is taken out of one would else be in another.
  init(_ id: String, _ body: JSONValue) throws(AzureError) {
    let (name, description, permission, scopes) = try AzureError.reading { () throws(KeyFault) in
      guard let properties = body.present("properties"), properties.kind == .object else {
        throw KeyFault.missing("properties")
      }
      return (
        try properties.text("roleName") ?? "", try properties.text("description") ?? "",
        try RoleDefinition.permission(properties), try properties.texts("assignableScopes")
      )
    }
    guard name.utf8.count <= RoleLimits.name else { throw .invalid("roleName") }
    guard description.utf8.count <= RoleLimits.description else { throw .invalid("description") }
    let wanted = scopes ?? ["/"]
    guard wanted.count <= RoleLimits.scopes, !wanted.isEmpty, wanted.allSatisfy({ RoleScope($0) != nil })
    else { throw .invalid("assignableScopes") }
    self.init(
      isBuiltIn: false,
      VaultRole(
        id: id, name: name, description: description,
        dataActions: try RoleDefinition.actions(permission, "dataActions"),
        notDataActions: try RoleDefinition.actions(permission, "notDataActions"), scopes: wanted))
  }

  private static func permission(_ properties: JSONValue) throws(KeyFault) -> JSONValue? {
    guard let list = properties.present("permissions") else { return nil }
    guard list.kind == .array, list.count <= 1, list.elements.allSatisfy({ $0.kind == .object }) else {
      throw .invalid("permissions")
    }
    return list.elements.first
  }

  private static func actions(_ permission: JSONValue?, _ name: String) throws(AzureError) -> [String] {
    guard let permission else { return [] }
    return try AzureError.reading { () throws(KeyFault) in
      // These are about the HSM as such, which no role of its own lets anybody change.
      for other in ["actions", "notActions"] where try permission.texts(other)?.isEmpty == false {
        throw KeyFault.invalid(other)
      }
      let actions = try permission.texts(name) ?? []
      guard actions.count <= RoleLimits.dataActions,
        actions.allSatisfy({
          $0.utf8.count <= RoleLimits.dataAction && DataAction.isKnown($0, in: .managedHSM)
        })
      else { throw KeyFault.invalid(name) }
      return actions
    }
  }
}

extension RoleDefinition {
  /// What assignments call it.
  static func identifier(_ id: String) -> String {
    "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/" + id
  }

  func write(_ json: inout JSONWriter) {
    json.beginObject()
    json.member("id", RoleDefinition.identifier(stored.id))
    json.member("name", stored.id)
    json.member("type", "Microsoft.Authorization/roleDefinitions")
    json.name("properties")
    json.beginObject()
    json.member("roleName", stored.name)
    json.member("type", isBuiltIn ? "AKVBuiltInRole" : "CustomRole")
    json.member("description", stored.description)
    json.member("assignableScopes", stored.scopes)
    json.name("permissions")
    json.beginArray()
    json.beginObject()
    json.member("actions", [])
    json.member("notActions", [])
    json.member("dataActions", stored.dataActions)
    json.member("notDataActions", stored.notDataActions)
    json.endObject()
    json.endArray()
    json.endObject()
    json.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, _ texts: [String]) {
    self.name(name)
    beginArray()
    for text in texts { value(text) }
    endArray()
  }
}

extension JSONValue {
  /// - Throws: `badParameter` for anything but a list of strings.
  fileprivate func texts(_ name: String) throws(KeyFault) -> [String]? {
    guard let list = present(name) else { return nil }
    guard list.kind == .array else { throw .invalid(name) }
    let texts = list.elements.compactMap(\.string)
    guard texts.count == list.count else { throw .invalid(name) }
    return texts
  }
}
