import KMSDomain
import KMSEngine
import WireJSON

/// `/deletedkeys`: what was deleted and can be recovered.
struct DeletedKeys: VaultCollection {
  func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard let name = call.segment(1) else {
      guard call.method == "GET" else { throw .methodNotAllowed }
      return try await ItemLists(call, .keys).deleted("ListDeletedKeys", .listDeletedVaultKeys) {
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
      guard let latest = recovered.latest else { return try DeletedKeys.ended(recovered.item, call) }
      return try KeyBundle(latest, call, as: recovered.item).answer()
    default: throw .methodNotAllowed
    }
  }

  private func one(_ name: String, _ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    let names = ItemNames(vault: call.vault, collection: .keys)
    let place = names.place(name)
    let subject = VaultSubject(.keys, name)
    let latest = try await latest(place, call)
    let seen = try await call.run(
      ReadObjects(
        "GetDeletedKey", .readDeletedVaultKey, of: [names.item(place)] + (latest.map { [$0] } ?? [])),
      about: subject)
    guard let item = seen.first?.key.record, item.state.isPendingDeletion else {
      throw AzureError(.itemIsNotDeleted(place), about: subject)
    }
    return try DeletedKeys.bundle(
      ItemLife.Deleted(item: item, latest: seen.dropFirst().first?.key.record), call)
  }

  /// - Returns: nil where the name leads to an adopted key that isn't there any more.
  private func latest(_ place: VaultPlace, _ call: VaultCall) async throws(AzureError) -> KeyReference? {
    let names = ItemNames(vault: call.vault, collection: .keys)
    guard let adoption = try await call.adoption(of: place.name ?? "") else { return names.latest(place) }
    return try await call.key(of: adoption, at: place) == nil ? nil : adoption.reference(at: place)
  }

  static func bundle(_ deleted: ItemLife.Deleted, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    guard let latest = deleted.latest else { return try ended(deleted.item, call) }
    return try KeyBundle(latest, call, as: deleted.item).answer(deleted: deleted.item)
  }

  /// - Throws: `internalError` for an item with versions of its own, which always has one.
  private static func ended(_ item: KeyRecord, _ call: VaultCall) throws(AzureError) -> VaultAnswer {
    guard let adoption = Adoption(item) else { throw .internalError }
    return KeyBundle.ended(item, adoption, call)
  }
}
