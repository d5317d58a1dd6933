import KMSDomain
import KMSEngine
import WireJSON

/// `/deletedsecrets`: what was deleted and can be recovered.
struct DeletedSecrets: VaultCollection {
  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard call.vault.home.kind == .vault else { throw .notOffered("Secrets in a managed HSM") }
    guard let name = call.segment(1) else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await ItemLists(call, .secrets).deleted("ListDeletedSecrets", .listSecrets) {
        item, latest, json in SecretBundle(latest, call).writeDeletedEntry(item, &json)
      }
    }
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let life = ItemLife(call, .secrets)
    switch (call.method, call.segment(2), call.segments.count) {
    case ("GET", nil, ...3): return try await one(name, call)
    case ("DELETE", nil, ...3):
      try await life.purge(name, "PurgeDeletedSecret", .purgeSecret)
      return .none
    case ("POST", "recover", 3):
      let recovered = try await life.recover(name, "RecoverDeletedSecret", .recoverSecret)
      guard let latest = recovered.latest else { throw .internalError }
      return .json { SecretBundle(latest, call).write(&$0) }
    default: throw .methodNotAllowed
    }
  }

  private func one(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    let names = ItemNames(vault: call.vault, collection: .secrets)
    let place = names.place(name)
    let seen = try await call.run(
      ReadObjects("GetDeletedSecret", .listSecrets, of: [names.item(place), names.latest(place)]),
      about: VaultSubject(.secrets, name))
    guard let item = seen.first?.key.record, item.state.isPendingDeletion else {
      throw AzureError(.itemIsNotDeleted(place), about: VaultSubject(.secrets, name))
    }
    return DeletedSecrets.bundle(ItemLife.Deleted(item: item, latest: seen.last?.key.record), call)
  }

  static func bundle(_ deleted: ItemLife.Deleted, _ call: VaultCall) -> VaultAnswer {
    guard let latest = deleted.latest else { return AzureError.internalError.answer }
    return .json { SecretBundle(latest, call).write(&$0, deleted: deleted.item) }
  }
}
