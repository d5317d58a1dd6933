import KMSDomain
import Testing

extension StoreConformance {
  static let customKeyStorePromises = [
    Promise("custom key stores are read back whole, those of one keyring, by id", customKeyStoresAreKept),
    Promise("a custom key store is replaced but for what can't change", customKeyStoresChange),
    Promise("a removed custom key store is gone, and its name is free", customKeyStoresAreRemoved),
    Promise("a change judged over other custom key stores is contention", customKeyStoresAreWatched),
    Promise("a secret that is new counts as one wrap of its epoch", customKeyStoreWraps),
  ]

  private static func customKeyStoresAreKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let elsewhere = Sample.keyring("111122223333", "eu-west-1")
    let two = Sample.keyStore(2, connection: .failed(.proxyNotReachable))
    let one = Sample.keyStore(1, isPrivate: true)
    try await store.commit(.addCustomKeyStore(two, seen: [:]))
    try await store.commit(.addCustomKeyStore(one, seen: [two].marks))
    let foreign = Sample.keyStore(1, in: elsewhere)
    try await store.commit(.addCustomKeyStore(foreign, seen: [:]))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.customKeyStores(in: Sample.keyring) == [one, two])
    #expect(try await reopened.customKeyStores(in: elsewhere) == [foreign])
    let nobody = Sample.keyring("444455556666", "eu-central-1")
    #expect(try await reopened.customKeyStores(in: nobody) == [])
  }

  private static func customKeyStoresChange(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (one, other) = (Sample.keyStore(1), Sample.keyStore(2))
    try await store.commit(.addCustomKeyStore(one, seen: [:]))
    try await store.commit(.addCustomKeyStore(other, seen: [one].marks))
    let changed = Sample.keyStore(
      1, name: "another ü\0", connection: .connected, isPrivate: true, secret: 7, generation: 2)
    try await store.commit(.updateCustomKeyStore(changed, seen: [one, other].marks))
    #expect(try await store.customKeyStores(in: Sample.keyring) == [changed, other])
  }

  private static func customKeyStoresAreRemoved(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let one = Sample.keyStore(1)
    try await store.commit(.addCustomKeyStore(one, seen: [:]))
    let removal = StoreChange.removeCustomKeyStore(one.record.id, in: Sample.keyring, seen: [one].marks)
    try await store.commit(removal)
    #expect(try await store.customKeyStores(in: Sample.keyring) == [])
    #expect(await store.failure(of: removal) == .contention)
    #expect(
      await store.failure(of: .removeCustomKeyStore(one.record.id, in: Sample.keyring, seen: [:]))
        == .contention)
    try await store.commit(.addCustomKeyStore(Sample.keyStore(2, name: one.record.name), seen: [:]))
  }

  private static func customKeyStoresAreWatched(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (one, other) = (Sample.keyStore(1), Sample.keyStore(2))
    try await store.commit(.addCustomKeyStore(one, seen: [:]))
    let stale: [[KeyStoreID: UInt64]] = [
      [:], [one, other].marks, [other].marks, [one.record.id: 2],
    ]
    for (number, seen) in stale.enumerated() {
      let changes: [StoreChange] = [
        .addCustomKeyStore(other, seen: seen),
        .updateCustomKeyStore(Sample.keyStore(1, name: "x", generation: 2), seen: seen),
        .removeCustomKeyStore(one.record.id, in: Sample.keyring, seen: seen),
      ]
      for change in changes {
        #expect(await store.failure(of: change, outbox: Sample.outbox(UInt64(number))) == .contention)
      }
    }
    let sameID = StoreChange.addCustomKeyStore(Sample.keyStore(1, name: "x"), seen: [one].marks)
    #expect(await store.failure(of: sameID) == .contention)
    let sameName = StoreChange.addCustomKeyStore(
      Sample.keyStore(2, name: one.record.name), seen: [one].marks)
    #expect(await store.failure(of: sameName) == .contention)
    let absent = StoreChange.updateCustomKeyStore(other, seen: [one].marks)
    #expect(await store.failure(of: absent) == .contention)
    #expect(try await store.customKeyStores(in: Sample.keyring) == [one])
    #expect(try await store.outbox(limit: 9) == [])
  }

  private static func customKeyStoreWraps(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let one = Sample.keyStore(1)
    try await store.commit(.addCustomKeyStore(one, seen: [:]))
    #expect(try await store.wraps(1) == 1)
    let renamed = Sample.keyStore(1, name: "x", generation: 2)
    try await store.commit(.updateCustomKeyStore(renamed, seen: [one].marks))
    #expect(try await store.wraps(1) == 1)
    let rewrapped = Sample.keyStore(1, name: "x", secret: 8, generation: 3)
    try await store.commit(.updateCustomKeyStore(rewrapped, seen: [renamed].marks))
    #expect(try await store.wraps(1) == 2)
    #expect(await store.failure(of: .addCustomKeyStore(Sample.keyStore(2), seen: [:])) == .contention)
    #expect(try await store.wraps(1) == 2)
  }
}

extension [Authenticated<CustomKeyStore>] {
  /// What a change must have seen.
  fileprivate var marks: [KeyStoreID: UInt64] {
    Dictionary(map { ($0.record.id, $0.record.generation) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Sample {
  static func keyStore(
    _ number: UInt64, name: String? = nil, in keyring: Keyring = keyring,
    connection: KeyStoreConnection = .disconnected, isPrivate: Bool = false, secret: UInt64 = 1,
    generation: UInt64 = 1
  ) -> Authenticated<CustomKeyStore> {
    let address = ProxyAddress(
      endpoint: "https://\(number).example", path: "/\(number)/kms/xks/v1",
      connectivity: isPrivate
        ? .endpointService(name: "svc-\(number)", owner: keyring.account) : .publicEndpoint)
    let wrapped = WrappedCredential(epoch: EpochID(1), bytes: bytes(77, seed: secret + 9000))
    let record = CustomKeyStore(
      id: KeyStoreID(Bits128(high: number, low: 0)), home: keyring,
      createdAt: Instant(milliseconds: start + Int64(number)), name: name ?? "store \(number)",
      connection: connection,
      proxy: ExternalProxy(
        address: address, credential: ProxyCredential(accessKey: "KEY\(number)", secret: wrapped)),
      generation: generation)
    return Authenticated(record, code: bytes(32, seed: number + generation + 9500))
  }
}
