import KMSDomain
import Testing

extension StoreConformance {
  static let aliasPromises = [
    Promise("an alias is read back and finds its key", aliasIsRead),
    Promise("an alias that exists isn't made again", aliasExists),
    Promise("a moved alias finds its new key with its new code", aliasMoves),
    Promise("moving or deleting an absent alias fails with its name", absentAlias),
    Promise("a deleted alias is gone and its name is free", deletedAlias),
    Promise("an alias of a key that isn't there is contention", aliasOfNothing),
    Promise("an alias of a key that has changed meanwhile is contention", aliasOfChangedKey),
    Promise("an alias of a key that was destroyed meanwhile is contention", aliasOfDestroyedKey),
    Promise("moving or deleting an alias that has moved meanwhile is contention", movedMeanwhile),
    Promise("of 64 who name one key at once as many succeed as it may have names", crowdedKey),
    Promise("a key that has all its names gets no other's, but one of its own may be written again", fullKey),
    Promise("identifiers can't be moved or deleted as aliases", identifiersStay),
    Promise("of 64 who make the same alias exactly one succeeds", racingAliases),
  ]

  private static func aliasIsRead(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1)
    try await store.commit(.createKey(key))
    let alias = Sample.alias("alias/caf\u{e9}", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    #expect(try await store.alias(alias.record.name) == alias)
    #expect(try await store.key(named: alias.record.name) == key)
    // The same letters in another normal form are another name.
    let decomposed = KeyName(.alias, "alias/cafe\u{301}", in: Sample.keyring)
    #expect(try await store.alias(decomposed) == nil)
    #expect(try await store.key(named: KeyName(.identifier, "alias/caf\u{e9}", in: Sample.keyring)) == nil)
    #expect(try await store.alias(KeyName(.identifier, "key-1", in: Sample.keyring)) == nil)
  }

  private static func aliasExists(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    let alias = Sample.alias("alias/a", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    let again = StoreChange.createAlias(Sample.alias("alias/a", of: 2), target: 1)
    #expect(await store.failure(of: again) == .aliasExists("alias/a"))
    #expect(try await store.alias(alias.record.name) == alias)
    let elsewhere = Sample.alias("alias/a", of: 2, in: Sample.keyring("111122223333", "us-east-1"))
    try await store.commit(.createAlias(elsewhere, target: 1))
    #expect(try await store.alias(alias.record.name) == alias)
  }

  private static func aliasMoves(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    let alias = Sample.alias("alias/a", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    let moved = Sample.alias("alias/a", of: 2)
    try await store.commit(.moveAlias(moved, expecting: alias.code, target: 1))
    #expect(try await store.alias(moved.record.name) == moved)
    #expect(try await store.key(named: moved.record.name)?.record.id == Sample.keyID(2))
    #expect(try await store.aliasCount(of: Sample.keyID(1)) == 0)
    #expect(try await store.aliasCount(of: Sample.keyID(2)) == 1)
  }

  private static func absentAlias(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    let alias = Sample.alias("alias/a", of: 1)
    let failure = KMSError.aliasNotFound("alias/a")
    let moving = StoreChange.moveAlias(alias, expecting: alias.code, target: 1)
    #expect(await store.failure(of: moving, outbox: Sample.outbox(1)) == failure)
    let deleting = StoreChange.deleteAlias(alias.record.name, expecting: alias.code)
    #expect(await store.failure(of: deleting, outbox: Sample.outbox(2)) == failure)
    #expect(try await store.alias(alias.record.name) == nil)
    #expect(try await store.outbox(limit: 10) == [])
  }

  private static func deletedAlias(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    let alias = Sample.alias("alias/a", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    let deletion = StoreChange.deleteAlias(alias.record.name, expecting: alias.code)
    try await store.commit(deletion)
    #expect(try await store.alias(alias.record.name) == nil)
    #expect(try await store.key(named: alias.record.name) == nil)
    #expect(await store.failure(of: deletion) == .aliasNotFound("alias/a"))
    try await store.commit(.createAlias(alias, target: 1))
    #expect(try await store.alias(alias.record.name) == alias)
  }

  private static func aliasOfNothing(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    #expect(await store.failure(of: .createAlias(Sample.alias("alias/a", of: 9), target: 1)) == .contention)
    let alias = Sample.alias("alias/b", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    let moving = StoreChange.moveAlias(Sample.alias("alias/b", of: 9), expecting: alias.code, target: 1)
    #expect(await store.failure(of: moving) == .contention)
    #expect(try await store.aliases(in: Sample.keyring, of: nil, after: nil, limit: 10).count == 1)
  }

  private static func aliasOfChangedKey(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    let alias = Sample.alias("alias/a", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    try await store.commit(.updateKey(Sample.key(2).changed { $0.policy = [7] }, expecting: 1))
    let new = Sample.alias("alias/b", of: 2)
    for stale: UInt64 in [0, 1, 3, .max] {
      let creating = StoreChange.createAlias(new, target: stale)
      #expect(await store.failure(of: creating, outbox: Sample.outbox(1)) == .contention)
      let moving = StoreChange.moveAlias(
        Sample.alias("alias/a", of: 2), expecting: alias.code, target: stale)
      #expect(await store.failure(of: moving, outbox: Sample.outbox(2)) == .contention)
    }
    #expect(try await store.alias(new.record.name) == nil)
    #expect(try await store.alias(alias.record.name) == alias)
    #expect(try await store.outbox(limit: 10) == [])
    try await store.commit(.createAlias(new, target: 2))
    let moved = Sample.alias("alias/a", of: 2)
    try await store.commit(.moveAlias(moved, expecting: alias.code, target: 2))
    #expect(try await store.alias(alias.record.name) == moved)
  }

  private static func aliasOfDestroyedKey(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    let alias = Sample.alias("alias/a", of: 1)
    try await store.commit(.createAlias(alias, target: 1))
    try await store.commit(.destroyKey(Sample.key(2).destroyed(), expecting: 1))
    let creating = StoreChange.createAlias(Sample.alias("alias/b", of: 2), target: 1)
    #expect(await store.failure(of: creating) == .contention)
    let moving = StoreChange.moveAlias(Sample.alias("alias/a", of: 2), expecting: alias.code, target: 1)
    #expect(await store.failure(of: moving) == .contention)
    #expect(try await store.aliases(in: Sample.keyring, of: nil, after: nil, limit: 10) == [alias])
  }

  private static func movedMeanwhile(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...3 { try await store.commit(.createKey(Sample.key(number))) }
    let seen = Sample.alias("alias/a", of: 1)
    let moved = Sample.alias("alias/a", of: 2)
    try await store.commit(.createAlias(seen, target: 1))
    try await store.commit(.moveAlias(moved, expecting: seen.code, target: 1))
    for stale in [seen.code, [], Array(moved.code.dropLast())] {
      let moving = StoreChange.moveAlias(Sample.alias("alias/a", of: 3), expecting: stale, target: 1)
      #expect(await store.failure(of: moving, outbox: Sample.outbox(1)) == .contention)
      let deleting = StoreChange.deleteAlias(seen.record.name, expecting: stale)
      #expect(await store.failure(of: deleting, outbox: Sample.outbox(2)) == .contention)
    }
    #expect(try await store.alias(seen.record.name) == moved)
    #expect(try await store.outbox(limit: 10) == [])
    try await store.commit(.deleteAlias(seen.record.name, expecting: moved.code))
    #expect(try await store.alias(seen.record.name) == nil)
  }

  private static func identifiersStay(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    let name = KeyName(.identifier, "key-1", in: Sample.keyring)
    #expect(await store.failure(of: .deleteAlias(name, expecting: [])) == .aliasNotFound("key-1"))
    #expect(try await store.key(named: name)?.record.id == Sample.keyID(1))
  }

  private static func crowdedKey(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for number in 0..<64 {
        let alias = Sample.alias("alias/\(number)", of: 1)
        group.addTask { await store.failure(of: .createAlias(alias, target: 1)) }
      }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.count { $0 == nil } == KeyRecord.mostAliases)
    #expect(failures.count { $0 == .contention } == 64 - KeyRecord.mostAliases)
    #expect(try await store.aliasCount(of: Sample.keyID(1)) == KeyRecord.mostAliases)
  }

  private static func fullKey(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    for number in 0..<KeyRecord.mostAliases {
      try await store.commit(.createAlias(Sample.alias("alias/\(number)", of: 1), target: 1))
    }
    let other = Sample.alias("alias/other", of: 2)
    try await store.commit(.createAlias(other, target: 1))
    let moving = StoreChange.moveAlias(Sample.alias("alias/other", of: 1), expecting: other.code, target: 1)
    #expect(await store.failure(of: moving, outbox: Sample.outbox(1)) == .contention)
    let creating = StoreChange.createAlias(Sample.alias("alias/new", of: 1), target: 1)
    #expect(await store.failure(of: creating, outbox: Sample.outbox(2)) == .contention)
    #expect(try await store.alias(other.record.name) == other)
    #expect(try await store.outbox(limit: 10) == [])
    let own = Sample.alias("alias/7", of: 1)
    try await store.commit(.moveAlias(own, expecting: own.code, target: 1))
    try await store.commit(.deleteAlias(own.record.name, expecting: own.code))
    try await store.commit(creating)
  }

  private static func racingAliases(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    let alias = Sample.alias("alias/a", of: 1)
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for _ in 0..<64 { group.addTask { await store.failure(of: .createAlias(alias, target: 1)) } }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.count { $0 == nil } == 1)
    #expect(failures.count { $0 == .aliasExists("alias/a") } == 63)
  }
}
