import KMSDomain
import KMSEngine
import WireJSON

/// `/secrets`: values that are kept for somebody, each with the versions that it has had.
struct Secrets: VaultCollection {
  /// In the position of a version.
  private static let reserved: Set<String> = ["versions", "backup"]

  static func isVersion(_ part: String) -> Bool { !reserved.contains(part) }

  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.vault.home.kind == .vault else { throw .notOffered("Secrets in a managed HSM") }
    guard let name = call.segment(1) else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await ItemLists(call, .secrets).live("ListSecrets", .listSecrets) { _, latest, json in
        SecretBundle(latest, call).writeEntry(&json, withVersion: false)
      }
    }
    if call.segments.count == 2, name == "restore", call.method == "POST" {
      let latest = try await ItemBackups(call, .secrets).restore("RestoreSecret")
      return .json { SecretBundle(latest, call).write(&$0) }
    }
    guard ItemNames.isName(name) else { throw .invalid("name") }
    guard call.segments.count <= 3 else { throw .notFound }
    guard let part = call.segment(2) else { return try await named(name, call) }
    if Secrets.isVersion(part) { return try await version(part, of: name, call) }
    return try await special(part, of: name, call)
  }

  private func named(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    switch call.method {
    case "PUT": return try await SetSecret(call).run(name)
    case "DELETE":
      let deleted = try await ItemLife(call, .secrets).delete(name, "DeleteSecret", .deleteSecret)
      return DeletedSecrets.bundle(deleted, call)
    default: return try await version(nil, of: name, call)
    }
  }

  private func version(
    _ version: String?, of name: String, _ call: VaultCall
  ) async throws(AzureError) -> VaultAnswer {
    switch call.method {
    case "GET": return try await GetSecret(name, version, in: call.vault).run(call)
    case "PATCH": return try await UpdateSecret(call).run(name, version)
    default: throw .methodNotAllowed
    }
  }

  private func special(
    _ part: String, of name: String, _ call: VaultCall
  ) async throws(AzureError) -> VaultAnswer {
    switch (part, call.method) {
    case ("versions", "GET"):
      return try await ItemLists(call, .secrets).versions(of: name, "ListSecretVersions", .listSecrets) {
        _, version, json in SecretBundle(version, call).writeEntry(&json, withVersion: true)
      }
    case ("backup", "POST"): return try await ItemBackups(call, .secrets).backUp(name, "BackupSecret")
    default: throw .methodNotAllowed
    }
  }
}
