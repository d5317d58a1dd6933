import KMSDomain
import KMSEngine
import WireJSON

/// `/settings`: what holds for a managed HSM as a whole. Azure has one setting, which says whether its resource manager may manage
/// keys. It is kept for those who ask; nothing here depends on it.
struct VaultSettings: VaultCollection {
  private static let name = "AllowKeyManagementOperationsThroughARM"

  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.vault.home.kind == .managedHSM else { throw .notOffered("Settings of vaults") }
    guard call.segments.count <= 2 else { throw .notFound }
    guard let name = call.segment(1) else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      let vault = try await read("ListSettings", call)
      return .json { json in
        json.beginObject()
        json.name("settings")
        json.beginArray()
        VaultSettings.write(vault, &json)
        json.endArray()
        json.endObject()
      }
    }
    switch call.method {
    case "GET":
      let vault = try await read("GetSetting", call)
      guard VaultSettings.isName(name) else { throw .absentSetting }
      return .json { VaultSettings.write(vault, &$0) }
    case "PATCH": return try await update(name, call)
    default: throw .methodNotAllowed
    }
  }

  private func update(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    let text = try AzureError.reading { [body = try call.document()] () throws(KeyFault) in
      guard let text = try body.text("value") else { throw KeyFault.missing("value") }
      return text
    }
    let isKnown = VaultSettings.isName(name)
    let value = ["true": true, "false": false][text]
    let change = ChangeVault(
      "UpdateSetting", .writeVaultSettings, of: call.vault.name, in: call.vault.home.account,
      details: value.map { [AuditRecord.Detail(name: "open", value: $0 ? "true" : "false")] } ?? []
    ) { (vault, _) throws(KMSError) in
      guard isKnown else { throw KMSError.vault(.invalid("name")) }
      guard let value else { throw KMSError.vault(.invalid("value")) }
      var vault = vault
      vault.isOpenToResourceManager = value
      return vault
    }
    let vault = try await call.change(change)
    return .json { VaultSettings.write(vault, &$0) }
  }

  private func read(_ operation: String, _ call: VaultCall) async throws(AzureError) -> Vault {
    try await call.read(operation, .readVaultSettings, at: nil)
  }

  private static func isName(_ text: String) -> Bool { text.lowercased() == name.lowercased() }

  private static func write(_ vault: Vault, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("name", name)
    json.member("type", "boolean")
    json.member("value", vault.isOpenToResourceManager ? "true" : "false")
    json.endObject()
  }
}

extension AzureError {
  /// That it was looked for is written down already.
  fileprivate static var absentSetting: AzureError {
    var error = AzureError(404, "NotFound", "There is no such setting.")
    error.isRecorded = true
    return error
  }
}
