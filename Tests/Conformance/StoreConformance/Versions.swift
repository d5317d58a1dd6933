import KMSDomain
import Testing

extension StoreConformance {
  static let versionPromises = [
    Promise("public keys and fingerprints stay with their versions", publicKeysStay),
    Promise("an update adds versions and keeps the material of those that were there", versionsAreAdded),
    Promise("a version that is re-wrapped is stored under its new epoch", versionsAreRewrapped),
    Promise("versions never vanish or change places by an update", versionsNeverVanish),
    Promise("an epoch counts every wrapping of the change that stored it", wrapsAreCounted),
    Promise("a key under an unknown epoch is refused whole", unknownEpoch),
    Promise("destruction removes material even when the record still carries it", materialGoesRegardless),
  ]

  private static func versionsAreAdded(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addEpoch(Sample.epoch(2)))
    var key = Sample.key(1)
    try await store.commit(.createKey(key))
    for number: UInt64 in 10..<15 {
      let generation = key.record.generation
      key = key.changed { record in
        record.versions.append(Sample.version(number, epoch: 2))
        record.current = Sample.versionID(number)
      }
      try await store.commit(.updateKey(key, expecting: generation))
    }
    #expect(try await store.key(key.record.id) == key)
    #expect(try await store.key(key.record.id)?.record.versions.count == 6)
  }

  private static func versionsAreRewrapped(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addEpoch(Sample.epoch(2)))
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    let rewrapped = key.changed { record in
      record.versions[0].material = WrappedKey(epoch: EpochID(2), bytes: Sample.bytes(64, seed: 77))
    }
    try await store.commit(.updateKey(rewrapped, expecting: 1))
    #expect(try await store.key(key.record.id) == rewrapped)
    #expect(try await store.wraps(1) == 1)
    #expect(try await store.wraps(2) == 1)
  }

  private static func versionsNeverVanish(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1).changed { $0.versions.append(Sample.version(2)) }
    try await store.commit(.createKey(key))
    let generation = key.record.generation
    let shorter = key.changed { $0.versions.removeLast() }
    #expect(await store.failure(of: .updateKey(shorter, expecting: generation)) == .corrupt(.keyRecord))
    let swapped = key.changed { $0.versions.swapAt(0, 1) }
    #expect(await store.failure(of: .updateKey(swapped, expecting: generation)) == .corrupt(.keyRecord))
    #expect(try await store.key(key.record.id) == key)
  }

  private static func publicKeysStay(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    var key = Sample.key(1)
    key = Authenticated(
      KeyRecord(key.record) { $0.publicKey = Sample.bytes(550, seed: 9) }, code: key.code)
    try await store.commit(.createKey(key))
    #expect(try await store.key(key.record.id) == key)
    let rotated = key.changed { record in
      record.versions[0].fingerprint = Sample.bytes(32, seed: 10)
      record.versions.append(Sample.version(2))
      record.versions[1].publicKey = []
    }
    try await store.commit(.updateKey(rotated, expecting: 1))
    #expect(try await store.key(key.record.id) == rotated)
    let without = rotated.changed { $0.versions[0].publicKey = nil }
    try await store.commit(.updateKey(without, expecting: 2))
    #expect(try await store.key(key.record.id) == without)
    let destroyed = without.destroyed()
    try await store.commit(.destroyKey(destroyed, expecting: 3))
    #expect(try await store.key(key.record.id) == destroyed)
    #expect(destroyed.record.versions[0].fingerprint != nil)
  }

  private static func wrapsAreCounted(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addEpoch(Sample.epoch(2)))
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    #expect(try await store.wraps(1) == 1)
    let renamed = key.changed { $0.description = "nothing is wrapped" }
    try await store.commit(.updateKey(renamed, expecting: 1))
    #expect(try await store.wraps(1) == 1)
    let rotated = renamed.changed { $0.versions += [Sample.version(2), Sample.version(3, epoch: 2)] }
    try await store.commit(.updateKey(rotated, expecting: 2))
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    try await store.commit(.addAccessKey(Sample.accessKey("AKIA1", epoch: 2), owner: 0, most: 2))
    #expect(try await store.wraps(1) == 2)
    #expect(try await store.wraps(2) == 2)
    #expect(
      await store.failure(of: .addAccessKey(Sample.accessKey("AKIA1"), owner: 0, most: 2)) == .contention)
    #expect(await store.failure(of: .updateKey(rotated, expecting: 1)) == .contention)
    #expect(try await store.wraps(1) == 2)
  }

  private static func unknownEpoch(_ suite: StoreConformance) async throws {
    let store = try await suite.makeStore()
    #expect(await store.failure(of: .createKey(Sample.key(1)), outbox: Sample.outbox(1)) == .storeUnavailable)
    #expect(try await store.key(Sample.keyID(1)) == nil)
    #expect(try await store.keyCount() == 0)
    #expect(try await store.outbox(limit: 1) == [])
  }

  private static func materialGoesRegardless(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    try await store.commit(.destroyKey(key.changed { $0.state = .destroyed }, expecting: 1))
    let found = try #require(try await store.key(key.record.id))
    #expect(found.record.versions.map(\.material) == [nil])
  }
}

extension KeyRecord {
  /// The same with another first version.
  fileprivate init(_ record: KeyRecord, _ change: (inout KeyVersion) -> Void) {
    self = record
    change(&versions[0])
  }
}
