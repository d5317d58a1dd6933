import KMSDomain
import Testing

extension StoreConformance {
  static let keyPromises = [
    Promise("a created key is read back byte for byte, by its id and by its identifier", createdKeyIsRead),
    Promise("what isn't there is nil", absentIsNil),
    Promise("a taken identifier is contention and changes nothing", takenIdentifier),
    Promise("a taken key id is contention", takenID),
    Promise("the same identifier in another keyring is another key", identifiersPerKeyring),
    Promise("an update replaces everything that may change", updateReplaces),
    Promise("an update of another generation, or of no key, is contention", staleUpdate),
    Promise("of 64 racing updates exactly one wins", racingUpdates),
    Promise("a destroyed key keeps its record and identifier and loses material and aliases", destruction),
    Promise("a destruction of another generation, or of no key, is contention", staleDestruction),
    Promise("the identifier of a destroyed key is never free again", destroyedIdentifierIsTaken),
    Promise("the count is of keys that are not destroyed", count),
  ]

  private static func createdKeyIsRead(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    #expect(try await store.key(key.record.id) == key)
    let found = try await store.key(named: KeyName(.identifier, "key-1", in: Sample.keyring))
    #expect(found == key)
    // Strings compare by Unicode equivalence; the code is over bytes.
    #expect(found?.record.canonicalBytes == key.record.canonicalBytes)
  }

  private static func absentIsNil(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    #expect(try await store.key(Sample.keyID(2)) == nil)
    for text in ["key-2", "KEY-1", "key-1\0", "key-1 ", ""] {
      #expect(try await store.key(named: KeyName(.identifier, text, in: Sample.keyring)) == nil)
    }
    let elsewhere = Sample.keyring("111122223333", "us-east-1")
    #expect(try await store.key(named: KeyName(.identifier, "key-1", in: elsewhere)) == nil)
    #expect(try await store.key(named: KeyName(.alias, "key-1", in: Sample.keyring)) == nil)
  }

  private static func takenIdentifier(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let first = Sample.key(1, identifier: "same")
    try await store.commit(.createKey(first))
    let second = Sample.key(2, identifier: "same")
    #expect(await store.failure(of: .createKey(second), outbox: Sample.outbox(1)) == .contention)
    #expect(try await store.key(named: KeyName(.identifier, "same", in: Sample.keyring)) == first)
    #expect(try await store.key(second.record.id) == nil)
    #expect(try await store.keyCount() == 1)
    #expect(try await store.wraps(1) == 1)
    #expect(try await store.outbox(limit: 10) == [])
  }

  private static func takenID(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    #expect(await store.failure(of: .createKey(Sample.key(1, identifier: "other"))) == .contention)
    #expect(try await store.key(named: KeyName(.identifier, "other", in: Sample.keyring)) == nil)
    #expect(try await store.key(key.record.id) == key)
  }

  private static func identifiersPerKeyring(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let rings = [
      Sample.keyring, Sample.keyring("111122223333", "us-east-1"),
      Sample.keyring("444455556666", "eu-central-1"),
    ]
    for (number, ring) in rings.enumerated() {
      try await store.commit(.createKey(Sample.key(UInt64(number), identifier: "same", in: ring)))
    }
    for (number, ring) in rings.enumerated() {
      let found = try await store.key(named: KeyName(.identifier, "same", in: ring))
      #expect(found?.record.id == Sample.keyID(UInt64(number)))
      #expect(found?.record.home == ring)
    }
  }

  private static func updateReplaces(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    let changed = key.changed { record in
      record.state = .pendingDeletion
      record.deletionDate = Instant(milliseconds: Sample.start + 5)
      record.description = "e\u{301} is not \u{e9}"
      record.tags = []
      record.policy = Sample.bytes(32_768, seed: 9)
      record.versions[0].state = .deactivated
    }
    try await store.commit(.updateKey(changed, expecting: 1))
    let found = try await store.key(key.record.id)
    #expect(found == changed)
    #expect(found?.record.canonicalBytes == changed.record.canonicalBytes)
  }

  private static func staleUpdate(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    #expect(await store.failure(of: .updateKey(key, expecting: 1)) == .contention)
    try await store.commit(.createKey(key))
    let changed = key.changed { $0.description = "changed" }
    for generation: UInt64 in [0, 2, .max] {
      #expect(await store.failure(of: .updateKey(changed, expecting: generation)) == .contention)
    }
    #expect(try await store.key(key.record.id) == key)
  }

  private static func racingUpdates(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for number in 0..<64 {
        let mine = key.changed { $0.description = "by \(number)" }
        group.addTask { await store.failure(of: .updateKey(mine, expecting: 1)) }
      }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.count { $0 == nil } == 1)
    #expect(failures.count { $0 == .contention } == 63)
    #expect(try await store.key(key.record.id)?.record.generation == 2)
  }

  private static func destruction(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    try await store.commit(.createKey(Sample.key(2)))
    for name in ["alias/a", "alias/b"] {
      try await store.commit(.createAlias(Sample.alias(name, of: 1), target: 1))
    }
    try await store.commit(.createAlias(Sample.alias("alias/c", of: 2), target: 1))
    let destroyed = key.destroyed()
    try await store.commit(.destroyKey(destroyed, expecting: 1))
    #expect(try await store.key(key.record.id) == destroyed)
    #expect(try await store.key(named: KeyName(.identifier, "key-1", in: Sample.keyring)) == destroyed)
    #expect(try await store.key(named: KeyName(.alias, "alias/a", in: Sample.keyring)) == nil)
    #expect(try await store.aliasCount(of: key.record.id) == 0)
    let left = try await store.aliases(in: Sample.keyring, of: nil, after: nil, limit: 10)
    #expect(left.map(\.record.name.text) == ["alias/c"])
    #expect(try await store.keyIdentifiers(in: Sample.keyring, after: nil, limit: 10) == ["key-2"])
  }

  private static func staleDestruction(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    #expect(await store.failure(of: .destroyKey(key.destroyed(), expecting: 1)) == .contention)
    try await store.commit(.createKey(key))
    #expect(await store.failure(of: .destroyKey(key.destroyed(), expecting: 2)) == .contention)
    #expect(try await store.key(key.record.id) == key)
  }

  private static func destroyedIdentifierIsTaken(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    try await store.commit(.destroyKey(key.destroyed(), expecting: 1))
    #expect(await store.failure(of: .createKey(Sample.key(2, identifier: "key-1"))) == .contention)
  }

  private static func count(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    #expect(try await store.keyCount() == 0)
    for number: UInt64 in 0..<5 { try await store.commit(.createKey(Sample.key(number))) }
    #expect(try await store.keyCount() == 5)
    try await store.commit(.destroyKey(Sample.key(3).destroyed(), expecting: 1))
    _ = await store.failure(of: .destroyKey(Sample.key(2).destroyed(), expecting: 9))
    _ = await store.failure(of: .createKey(Sample.key(1)))
    #expect(try await store.keyCount() == 4)
  }
}
