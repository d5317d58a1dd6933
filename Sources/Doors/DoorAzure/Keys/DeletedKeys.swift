import KMSDomain
import KMSEngine
import WireJSON

/// `/deletedkeys`: what was deleted and can be recovered.
struct DeletedKeys: VaultCollection {
  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard let name = call.segment(1) else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await ItemLists(call, .keys).deleted("ListDeletedKeys", .listVaultKeys) {
        item, latest, json in
        try? KeyBundle(latest, call, as: item).writeEntry(&json, withVersion: false, deleted: item)
      }
    }
    guard ItemNames.isName(name) else { throw .invalid("name") }
    let life = ItemLife(call, .keys)
    switch (call.method, call.segment(2)?.lowercased(), call.segments.count) {
    case ("GET", nil, ...3): return try await one(name, call)
    case ("DELETE", nil, ...3):
      try await life.purge(name, "PurgeDeletedKey", .purgeVaultKey)
      return .none
    case ("POST", "recover", 3):
      let recovered = try await life.recover(name, "RecoverDeletedKey", .recoverVaultKey)
      guard let latest = recovered.latest else { throw .internalError }
      return try KeyBundle(latest, call).answer()
    default: throw .methodNotAllowed
    }
  }

  private func one(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    let names = ItemNames(vault: call.vault, collection: .keys)
    let place = names.place(name)
    let subject = VaultSubject(.keys, name)
    let latest = try await call.adoption(of: name)?.reference(at: place) ?? names.latest(place)
    let seen = try await call.run(
      ReadObjects("GetDeletedKey", .readVaultKey, of: [names.item(place), latest]),
      about: subject)
    guard let item = seen.first?.key.record, item.state.isPendingDeletion else {
      throw AzureError(.itemIsNotDeleted(place), about: subject)
    }
    return try DeletedKeys.bundle(ItemLife.Deleted(item: item, latest: seen.last?.key.record), call)
  }

  static func bundle(_ deleted: ItemLife.Deleted, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    guard let latest = deleted.latest else { throw .internalError }
    return try KeyBundle(latest, call).answer(deleted: deleted.item)
  }
}
