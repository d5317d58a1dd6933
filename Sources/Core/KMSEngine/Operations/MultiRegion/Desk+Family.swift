import KMSDomain

/// Related keys: found by their identifier, which all of them have, in the keyrings of the family's Regions.
extension Desk {
  /// The key that is to open a ciphertext: the one that the caller named, else the one of the call's Region whose material made
  /// it.
  /// - Throws: `ciphertextKeyInaccessible` when the Region has none.
  func opener(of source: CiphertextSource) async throws(KMSError) -> ProtectedKey {
    let found = try await key(source.reference)
    guard let name = source.relative(of: found) else { return found }
    guard let related = try await key(named: name), related.materialKey == found.record.id else {
      throw .ciphertextKeyInaccessible
    }
    return related
  }

  /// The same from the cache.
  func warmOpener(of source: CiphertextSource) -> ProtectedKey? {
    guard let found = warmKey(source.reference.target) else { return nil }
    guard let name = source.relative(of: found) else { return found }
    guard let related = keys.key(named: name), related.materialKey == found.record.id else { return nil }
    return related
  }

  /// The other living keys of the key's family; none for a key of one Region, or one that is destroyed.
  /// - Throws: `contention` when they are just being changed.
  func relatives(of key: ProtectedKey) async throws(KMSError) -> [ProtectedKey] {
    guard let family = key.record.family, !key.record.state.isDestroyed else { return [] }
    var relatives: [ProtectedKey] = []
    for region in family.regions where region != key.record.home.region {
      relatives.append(try await relative(of: key, in: region))
    }
    return relatives
  }

  /// The key that the key follows, or itself.
  /// - Throws: `contention` when they are just being changed.
  func primary(of key: ProtectedKey) async throws(KMSError) -> ProtectedKey {
    guard let family = key.record.family, key.record.reach == .replica, !key.record.state.isDestroyed else {
      return key
    }
    return try await relative(of: key, in: family.primaryRegion)
  }

  private func relative(of key: ProtectedKey, in region: String) async throws(KMSError) -> ProtectedKey {
    let name = key.record.name(in: region)
    if let relative = try await self.key(named: name), relative.materialKey == key.materialKey,
      !relative.record.state.isDestroyed
    {
      return relative
    }
    // Records are read one after the other, so that one can be of before a change and another of after it: the next attempt
    // asks the store for both.
    keys.forget(key.record.id)
    keys.forget(name)
    throw .contention
  }

  /// A change of one key's record.
  func update(_ key: ProtectedKey, _ change: (inout KeyRecord) -> Void) -> StoreChange {
    var record = key.record
    change(&record)
    record.generation &+= 1
    return .updateKey(seal(record), expecting: key.record.generation)
  }
}
