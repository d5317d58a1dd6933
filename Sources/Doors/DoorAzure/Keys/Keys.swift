import KMSDomain
import KMSEngine
import WireJSON

/// `/keys`: keys that are used here, each with the versions that it has had.
struct Keys: VaultCollection {
  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard let name = call.segment(1) else {
      guard call.segments.count <= 2 else { throw .invalid("name") }
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await ItemLists(call, .keys).live("ListKeys", .listVaultKeys) { item, latest, json in
        try? KeyBundle(latest, call, as: item).writeEntry(&json, withVersion: false)
      }
    }
    if call.segments.count == 2, name == "restore", call.method == "POST" {
      return try KeyBundle(try await ItemBackups(call, .keys).restore("RestoreKey"), call).answer()
    }
    guard ItemNames.isName(name) else { throw .invalid("name") }
    guard call.segments.count <= 4 else { throw .notFound }
    return try await one(name, call.about(try await call.adoption(of: name)))
  }

  private func one(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    if let refused = await refusal(name, call) { throw refused }
    let part = call.segment(2)
    // A version that is left open is empty, or not there at all.
    if let word = call.segment(3) { return try await use(word.lowercased(), name, part, call) }
    guard let part else { return try await named(name, call) }
    if let special = try await special(part.lowercased(), name, call) { return special }
    return try await version(part, of: name, call)
  }

  /// What can't be done with an adopted key; nil for what can, and for what finds nothing under a name that was deleted.
  private func refusal(_ name: String, _ call: VaultCall) async -> AzureError? {
    guard let adoption = call.adoption, call.segment(3) == nil else { return nil }
    switch (call.method, call.segment(2)?.lowercased()) {
    case ("PUT", nil): return await call.refuseAdopted("ImportKey", .importVaultKey, name)
    case ("POST", "create"): return await call.refuseAdopted("CreateKey", .createVaultKey, name)
    case ("POST", "rotate"): return await call.refuseAdopted("RotateKey", .rotateVaultKey, name)
    case ("POST", "backup") where !adoption.isDeleted:
      return await call.refuseAdopted("BackupKey", .backUpVaultKey, name)
    case ("GET", "rotationpolicy") where !adoption.isDeleted:
      return await call.refuseAdopted("GetKeyRotationPolicy", .readRotationPolicy, name)
    case ("PUT", "rotationpolicy") where !adoption.isDeleted:
      return await call.refuseAdopted("UpdateKeyRotationPolicy", .writeRotationPolicy, name)
    default: return nil
    }
  }

  private func named(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    switch call.method {
    case "PUT": return try await ImportKey(call).run(name)
    case "DELETE":
      let deleted = try await ItemLife(call, .keys).delete(name, "DeleteKey", .deleteVaultKey)
      return try DeletedKeys.bundle(deleted, call)
    default: return try await version(nil, of: name, call)
    }
  }

  private func version(
    _ version: String?, of name: String, _ call: VaultCall
  ) async throws(AzureError) -> VaultAnswer {
    switch call.method {
    case "GET": return try await ReadKey(call).run(name, version)
    case "PATCH": return try await UpdateKey(call).run(name, version)
    default: throw .methodNotAllowed
    }
  }

  /// - Returns: nil for what isn't reserved in the position of a version.
  private func special(
    _ part: String, _ name: String, _ call: VaultCall
  ) async throws(AzureError) -> VaultAnswer? {
    switch (part, call.method) {
    case ("create", "POST"): return try await CreateKey(call).run(name)
    case ("rotate", "POST"): return try await RotateKey(call).run(name)
    case ("rotationpolicy", "GET"): return try await RotationPolicyWork(call).read(name)
    case ("rotationpolicy", "PUT"): return try await RotationPolicyWork(call).write(name)
    case ("backup", "POST"): return try await ItemBackups(call, .keys).backUp(name, "BackupKey")
    case ("restore", "PUT"): return try await FullBackups.restoreKey(call)
    case ("versions", "GET"):
      return try await ItemLists(call, .keys).versions(of: name, "ListKeyVersions", .listVaultKeys) {
        item, version, json in try? KeyBundle(version, call, as: item).writeEntry(&json, withVersion: true)
      }
    case ("create", _), ("rotate", _), ("rotationpolicy", _), ("backup", _), ("versions", _):
      throw .methodNotAllowed
    default:
      guard Keys.uses.contains(part) else { return nil }
      return try await use(part, name, nil, call)
    }
  }

  private static let uses: Set<String> = [
    "encrypt", "decrypt", "wrapkey", "unwrapkey", "sign", "verify", "release", "attestation",
  ]

  private func use(
    _ word: String, _ name: String, _ version: String?, _ call: VaultCall
  ) async throws(AzureError) -> VaultAnswer {
    guard Keys.uses.contains(word) else { throw .notFound }
    guard call.method == (word == "attestation" ? "GET" : "POST") else { throw .methodNotAllowed }
    if let work = try Keys.hot(word, name, version, call) { return try await work.run(call) }
    if word == "attestation" { return try await AttestKey(call).run(name, version) }
    return try await ReleaseKey(call, name, version).run()
  }

  /// - Parameter word: in lower case.
  /// - Returns: nil for what isn't a use of the key's material.
  static func hot(
    _ word: String, _ name: String, _ version: String?, _ call: VaultCall
  ) throws(AzureError) -> (any HotWork)? {
    switch word {
    case "encrypt": try KeyWork(call, name, version).cipher(.encrypt)
    case "decrypt": try KeyWork(call, name, version).cipher(.decrypt)
    case "wrapkey": try KeyWork(call, name, version).cipher(.wrapKey)
    case "unwrapkey": try KeyWork(call, name, version).cipher(.unwrapKey)
    case "sign": try KeyWork(call, name, version).sign()
    case "verify": try KeyWork(call, name, version).verify()
    default: nil
    }
  }
}
