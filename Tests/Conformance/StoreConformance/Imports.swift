import KMSDomain
import Testing

extension StoreConformance {
  static let importPromises = [
    Promise("what is said of imported material is kept", termsAreKept),
    Promise("what waits for a rotation is kept, replaced, made a version and forgotten", pendingIsKept),
    Promise("an epoch doesn't count material again that only moved", movesAreNoWraps),
    Promise("destruction takes what waits, even when the record still carries it", pendingGoes),
    Promise("keys are listed once material must go, the earliest first", dueExpiries),
  ]

  private static func moment(_ offset: Int64) -> Instant { Instant(milliseconds: Sample.start + offset) }

  private static func imported(_ number: UInt64, expiry: Instant? = nil) -> KeyVersion {
    var version = Sample.version(number, cause: .demand)
    version.fingerprint = Sample.bytes(32, seed: number + 9000)
    version.expiry = expiry
    return version
  }

  private static func termsAreKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    var key = Sample.key(1).changed { $0.versions[0].description = "said \0 first" }
    try await store.commit(.createKey(key))
    for (expiry, description) in [(moment(1), "a"), (moment(2), ""), (nil, "c"), (.distantFuture, nil)] {
      let generation = key.record.generation
      key = key.changed { record in
        record.versions[0].expiry = expiry
        record.versions[0].description = description
      }
      try await store.commit(.updateKey(key, expecting: generation))
      #expect(try await store.key(key.record.id) == key)
    }
    let gone = key.changed { $0.versions[0].material = nil }
    try await store.commit(.updateKey(gone, expecting: key.record.generation))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.key(key.record.id) == gone)
  }

  private static func pendingIsKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    var key = Sample.key(1).changed { $0.pending = imported(2) }
    try await store.commit(.createKey(key))
    #expect(try await store.key(key.record.id) == key)
    let changes: [(inout KeyRecord) -> Void] = [
      { $0.pending?.expiry = moment(5) }, { $0.pending = imported(3) }, { $0.description = "another" },
      { $0.rotateToPending(at: moment(9)) }, { $0.pending = imported(4) },
      { record in
        record.versions.append(imported(5))
        record.current = record.versions[2].id
      }, { $0.pending = nil }, { $0.versions[1].material = nil }, { $0.pending = imported(6) },
    ]
    for change in changes {
      let generation = key.record.generation
      key = key.changed(change)
      try await store.commit(.updateKey(key, expecting: generation))
      #expect(try await store.key(key.record.id) == key)
    }
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.key(key.record.id) == key)
  }

  private static func movesAreNoWraps(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1).changed { $0.pending = imported(2) }
    try await store.commit(.createKey(key))
    #expect(try await store.wraps(1) == 2)
    let rotated = key.changed { $0.rotateToPending(at: moment(1)) }
    try await store.commit(.updateKey(rotated, expecting: key.record.generation))
    #expect(try await store.wraps(1) == 2)
    let waiting = rotated.changed { $0.pending = imported(3) }
    try await store.commit(.updateKey(waiting, expecting: rotated.record.generation))
    #expect(try await store.wraps(1) == 3)
  }

  private static func pendingGoes(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.key(1).changed { record in
      record.versions[0].expiry = moment(0)
      record.pending = imported(2, expiry: moment(0))
    }
    try await store.commit(.createKey(key))
    let destroyed = key.changed { $0.state = .destroyed }
    try await store.commit(.destroyKey(destroyed, expecting: key.record.generation))
    let found = try #require(try await store.key(key.record.id))
    #expect(found.record.pending == nil && found.record.versions.map(\.material) == [nil])
    #expect(try await store.keysToExpire(before: moment(100), limit: 10) == [])
  }

  private static func dueExpiries(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let dates: [Int64?] = [-3, -1, nil, -2, 0, 1]
    for (number, date) in dates.enumerated() {
      let key = Sample.key(UInt64(number)).changed { record in
        record.versions[0].expiry = date.map(moment)
        // Material that waits has a date of its own, material that is gone has none.
        if number == 3 { record.pending = imported(20, expiry: moment(-9)) }
        if number == 0 { record.versions[0].material = nil }
        if number == 4 { record.state = .suspended }
      }
      try await store.commit(.createKey(key))
    }
    let expected = [3, 1, 4].map { Sample.keyID($0) }
    #expect(try await store.keysToExpire(before: moment(0), limit: 10) == expected)
    #expect(try await store.keysToExpire(before: moment(0), limit: 2) == Array(expected.prefix(2)))
    #expect(try await store.keysToExpire(before: moment(-10), limit: 10) == [])
  }
}
