import KMSDomain

/// The custom key stores of a keyring as they were when an operation was prepared. They are few, so that whatever concerns
/// more than one of them is judged over all.
package struct CustomKeyStores: Sendable {
  let keyring: Keyring
  /// In the order of their ids.
  let records: [CustomKeyStore]

  /// What a change names; see `StoreChange.addCustomKeyStore`.
  var seen: [KeyStoreID: UInt64] {
    Dictionary(records.map { ($0.id, $0.generation) }, uniquingKeysWith: { first, _ in first })
  }

  func find(_ reference: KeyStoreReference) -> CustomKeyStore? {
    records.first { $0.id.text == reference.asWritten }
  }

  /// - Throws: `notFound`.
  func store(_ reference: KeyStoreReference) throws(KMSError) -> CustomKeyStore {
    guard let found = find(reference) else { throw .customKeyStore(.notFound(reference.asWritten)) }
    return found
  }

  /// - Throws: `nameInUse` when another store than `id` has the name.
  func requireFree(_ name: String, for id: KeyStoreID) throws(KMSError) {
    // Bytes, as the store compares them: Swift takes canonically equivalent texts for the same.
    guard !records.contains(where: { $0.id != id && $0.name.utf8.elementsEqual(name.utf8) }) else {
      throw .customKeyStore(.nameInUse(name))
    }
  }

  /// - Throws: when the address gets in the way of a store other than `id`; see `ProxyAddress.conflict`.
  func requireFree(_ address: ProxyAddress, for id: KeyStoreID) throws(KMSError) {
    for other in records where other.id != id {
      if let fault = address.conflict(with: other.proxy.address) { throw .customKeyStore(fault) }
    }
  }
}

extension Desk {
  /// Nothing is believed of a stored record until its code is checked.
  func customKeyStores(in keyring: Keyring) async throws(KMSError) -> CustomKeyStores {
    var records: [CustomKeyStore] = []
    for stored in try await store.customKeyStores(in: keyring) {
      let record = try unseal(stored, .customKeyStore)
      guard record.home == keyring else { throw .corrupt(.customKeyStore) }
      records.append(record)
    }
    return CustomKeyStores(keyring: keyring, records: records)
  }
}
