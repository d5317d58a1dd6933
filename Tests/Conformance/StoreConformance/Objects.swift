import KMSDomain
import Testing

extension StoreConformance {
  static let objectPromises = [
    Promise("what a record is beyond a key is kept, changed and found again after a restart", objectsAreKept),
    Promise("objects are found by their terms, the latest first, page by page", objectsAreFound),
    Promise("a change of the terms counts at once", termsChange),
    Promise("objects are listed once a date has moved them on, the earliest first", dueTransitions),
    Promise("active objects are listed once another is to take their place, the earliest first", dueRenewals),
    Promise("a given name is one object's until it goes or the object is destroyed", namesAreTaken),
    Promise("a shared object also stands among the keys of the AWS keyring", sharedObjects),
    Promise("the successor of a shared object takes its place there too", sharedSuccession),
  ]

  private static let home = Keyring(
    account: Sample.keyring.account, region: Sample.keyring.region, kind: .kmip)

  private static func object(
    _ number: UInt64, identifier: String? = nil, names: [String] = [], terms: [UInt64] = [7],
    shared: Bool = false
  ) -> Authenticated<KeyRecord> {
    var dates = ObjectDates()
    dates.activation = Instant(milliseconds: Sample.start + 3)
    dates.lastChange = Instant(milliseconds: Sample.start + 4)
    return Sample.key(number, identifier: identifier, in: home).changed { record in
      record.generation = 1
      record.object = ManagedObject(
        kind: .symmetricKey, isShared: shared, dates: dates, uses: [.encrypt],
        limit: UsageLimit(total: 10, left: 4, unit: .bytes), names: names, notes: [0, 1, 2, 255],
        terms: terms)
    }
  }

  private static func found(
    _ store: any Store, _ terms: [UInt64], before place: Int64? = nil, limit: Int = 100
  ) async throws -> [FoundObject] {
    try await store.objects(in: home, by: terms, before: place, limit: limit)
  }

  private static func objectsAreKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let object = object(1, names: ["1:a\0b"])
    try await store.commit(.createKey(object))
    #expect(try await store.key(object.record.id) == object)
    let changed = object.changed { $0.object?.notes = Sample.bytes(5000, seed: 1) }
    try await store.commit(.updateKey(changed, expecting: object.record.generation))
    let plain = Sample.key(2)
    try await store.commit(.createKey(plain))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.key(object.record.id) == changed)
    #expect(try await reopened.key(plain.record.id)?.record.object == nil)
    #expect(try await found(reopened, [7]).map(\.id) == [object.record.id])
  }

  private static func objectsAreFound(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number in UInt64(1)...5 {
      try await store.commit(
        .createKey(object(number, terms: number.isMultiple(of: 2) ? [7, .max] : [7, 100 + number])))
    }
    #expect(try await found(store, [7]).map(\.id) == [5, 4, 3, 2, 1].map(Sample.keyID))
    #expect(try await found(store, [.max]).map(\.id) == [4, 2].map(Sample.keyID))
    #expect(try await found(store, [.max, 7]).map(\.id) == [4, 2].map(Sample.keyID))
    #expect(try await found(store, [101, .max]).isEmpty)
    #expect(try await found(store, []).isEmpty)
    let first = try await found(store, [7], limit: 2)
    #expect(first.map(\.id) == [5, 4].map(Sample.keyID))
    #expect(
      try await found(store, [7], before: first[1].place, limit: 2).map(\.id) == [3, 2].map(Sample.keyID))
    let others = Keyring(account: home.account, region: "elsewhere", kind: .kmip)
    #expect(try await store.objects(in: others, by: [7], before: nil, limit: 9).isEmpty)
  }

  private static func termsChange(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let object = object(1, terms: [1, 2])
    try await store.commit(.createKey(object))
    let changed = object.changed { $0.object?.terms = [2, 3] }
    try await store.commit(.updateKey(changed, expecting: object.record.generation))
    #expect(try await found(store, [1]).isEmpty)
    #expect(try await found(store, [2]).count == 1)
    #expect(try await found(store, [3]).count == 1)
    try await store.commit(.destroyKey(changed.destroyed(), expecting: changed.record.generation))
    #expect(try await found(store, [3]).count == 1)
  }

  private static func dueTransitions(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for (number, offset) in [(UInt64(1), Int64(30)), (2, 10), (3, 20)] {
      try await store.commit(
        .createKey(
          object(number).changed { record in
            record.generation = 1
            record.state = .preActive
            record.object?.dates.activation = Instant(milliseconds: Sample.start + offset)
          }))
    }
    let plain = Sample.key(9)
    try await store.commit(.createKey(plain))
    func due(_ offset: Int64) async throws -> [KeyID] {
      try await store.objectsToMoveOn(before: Instant(milliseconds: Sample.start + offset), limit: 9)
    }
    #expect(try await due(9).isEmpty)
    #expect(try await due(20) == [2, 3].map(Sample.keyID))
    let moved = try #require(try await store.key(Sample.keyID(2))).changed { $0.state = .active }
    try await store.commit(.updateKey(moved, expecting: 1))
    #expect(try await due(99) == [3, 1].map(Sample.keyID))
    // Destroyed, and its material is still there.
    let left = moved.changed { record in
      record.state = .destroyed
      record.object?.dates.destruction = Instant(milliseconds: Sample.start)
    }
    try await store.commit(.updateKey(left, expecting: moved.record.generation))
    #expect(try await due(99) == [3, 1].map(Sample.keyID))
    #expect(try await due(KeyRecord.erasureDelay * 1000) == [3, 1, 2].map(Sample.keyID))
    let erased = left.destroyed()
    try await store.commit(.destroyKey(erased, expecting: left.record.generation))
    #expect(try await due(KeyRecord.erasureDelay * 1000) == [3, 1].map(Sample.keyID))
  }

  private static func dueRenewals(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for (number, offset) in [(UInt64(1), Int64(30)), (2, 10), (3, 20)] {
      try await store.commit(
        .createKey(
          object(number).changed { record in
            record.generation = 1
            record.state = number == 3 ? .suspended : .active
            record.object?.renewal = Instant(milliseconds: Sample.start + offset)
          }))
    }
    func due(_ offset: Int64, limit: Int = 9) async throws -> [KeyID] {
      try await store.objectsToRenew(before: Instant(milliseconds: Sample.start + offset), limit: limit)
    }
    #expect(try await due(9).isEmpty)
    #expect(try await due(99) == [2, 1].map(Sample.keyID))
    #expect(try await due(99, limit: 1) == [2].map(Sample.keyID))
    let replaced = try #require(try await store.key(Sample.keyID(2))).changed { $0.object?.renewal = nil }
    try await store.commit(.updateKey(replaced, expecting: 1))
    #expect(try await due(99) == [1].map(Sample.keyID))
  }

  private static func namesAreTaken(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let first = object(1, names: ["1:a", "1:b"])
    try await store.commit(.createKey(first))
    let second = object(2, names: ["1:b"])
    #expect(await store.failure(of: .createKey(second)) == .object(.nameTaken("1:b")))
    #expect(try await store.key(second.record.id) == nil)
    let renamed = first.changed { $0.object?.names = ["1:a"] }
    try await store.commit(.updateKey(renamed, expecting: first.record.generation))
    try await store.commit(.createKey(second))
    let greedy = second.changed { $0.object?.names = ["1:a"] }
    #expect(
      await store.failure(of: .updateKey(greedy, expecting: second.record.generation))
        == .object(.nameTaken("1:a")))
    try await store.commit(.destroyKey(renamed.destroyed(), expecting: renamed.record.generation))
    try await store.commit(.updateKey(greedy, expecting: second.record.generation))
    #expect(try await store.key(named: KeyName(.given, "1:a", in: home)) == greedy)
  }

  private static func sharedObjects(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(object(1, shared: true)))
    try await store.commit(.createKey(object(2)))
    #expect(try await store.keyIdentifiers(in: Sample.keyring, after: nil, limit: 9) == ["key-1"])
    #expect(try await store.keyIdentifiers(in: home, after: nil, limit: 9) == ["key-1", "key-2"])
    let name = KeyName(.identifier, "key-1", in: Sample.keyring)
    #expect(try await store.key(named: name)?.record.id == Sample.keyID(1))
  }

  private static func sharedSuccession(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let name = KeyName(.identifier, "same", in: Sample.keyring)
    let first = object(1, identifier: "same", shared: true)
    let second = object(2, identifier: "same", shared: true)
    try await store.commit(.createKey(first))
    #expect(await store.failure(of: .recreateKey(second, after: first.record.id)) == .contention)
    #expect(try await store.key(named: name) == first)
    try await store.commit(
      .together([
        .destroyKey(first.destroyed(), expecting: 1), .recreateKey(second, after: first.record.id),
      ]))
    #expect(try await store.key(named: name) == second)
    #expect(try await store.key(named: KeyName(.identifier, "same", in: home)) == second)
  }
}
