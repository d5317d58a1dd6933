import KMSDomain
import Testing

extension StoreConformance {
  static let devicePromises = [
    Promise("destruction leaves references to devices until they are taken away", referencesStay),
    Promise("destroyed keys with something on a device are listed in the order of their making", removals),
    Promise("everything that refers to the same material on a device is counted", sharing),
    Promise("what is about to be made on a device is known until a key has it", intentions),
  ]

  /// A key whose material is on a device.
  private static func onDevice(_ number: UInt64, version: UInt64? = nil) -> Authenticated<KeyRecord> {
    Sample.key(number).changed { record in
      let id = version ?? number
      let stored = WrappedKey(
        epoch: EpochID(1), bytes: [WrappedKey.formatOfReferences] + Sample.bytes(63, seed: id))
      record.versions = [
        KeyVersion(
          id: Sample.versionID(id), state: .active, createdAt: record.createdAt, material: stored)
      ]
      record.current = Sample.versionID(id)
    }
  }

  private static func destroyed(_ key: Authenticated<KeyRecord>) -> Authenticated<KeyRecord> {
    key.changed { record in
      record.state = .destroyed
      record.versions[0].state = .destroyed
    }
  }

  private static func referencesStay(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (there, here) = (onDevice(1), Sample.key(2))
    for key in [there, here] { try await store.commit(.createKey(key)) }
    let gone = destroyed(there)
    try await store.commit(.destroyKey(gone, expecting: there.record.generation))
    try await store.commit(.destroyKey(destroyed(here), expecting: here.record.generation))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.key(there.record.id) == gone)
    #expect(try await reopened.key(here.record.id)?.record.versions[0].material == nil)
    #expect(try await reopened.removalCount() == 1)
    let destroyedBefore = try await reopened.erasure().destroyed
    let clean = gone.changed { $0.versions[0].material = nil }
    try await reopened.commit(.updateKey(clean, expecting: gone.record.generation))
    #expect(try await reopened.key(there.record.id) == clean)
    #expect(try await reopened.removalCount() == 0)
    #expect(try await reopened.erasure().destroyed == destroyedBefore + 1)
  }

  private static func removals(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...5 {
      let key = onDevice(number)
      try await store.commit(.createKey(key))
      guard number != 3 else { continue }
      try await store.commit(.destroyKey(destroyed(key), expecting: key.record.generation))
    }
    let all = try await store.keysToRemove(after: nil, limit: 10)
    #expect(all.map(\.id) == [1, 2, 4, 5].map(Sample.keyID))
    #expect(try await store.keysToRemove(after: nil, limit: 2) == Array(all.prefix(2)))
    #expect(try await store.keysToRemove(after: all[1].place, limit: 10) == Array(all.suffix(2)))
    #expect(try await store.removalCount() == 4)
  }

  private static func sharing(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(onDevice(number, version: 7))) }
    try await store.commit(.createKey(Sample.key(3)))
    #expect(try await store.references(to: Sample.versionID(7)) == 2)
    #expect(try await store.references(to: Sample.versionID(3)) == 0)
    let first = onDevice(1, version: 7)
    let gone = destroyed(first)
    try await store.commit(.destroyKey(gone, expecting: first.record.generation))
    #expect(try await store.references(to: Sample.versionID(7)) == 2)
    let clean = gone.changed { $0.versions[0].material = nil }
    try await store.commit(.updateKey(clean, expecting: gone.record.generation))
    #expect(try await store.references(to: Sample.versionID(7)) == 1)
  }

  private static func intentions(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let all = (1...5).map { (number: UInt64) in
      DeviceIntention(version: Sample.versionID(number), bytes: Sample.bytes(100, seed: number))
    }
    for intention in all.reversed() { try store.keep(intention) }
    #expect(throws: KMSError.self) { try store.keep(all[0]) }
    #expect(try await store.intentions(after: nil, limit: 2) == Array(all.prefix(2)))
    #expect(try await store.intentions(after: all[1].version, limit: 10) == Array(all.dropFirst(2)))

    // A key of that version on a device, in the key's own transaction; not one whose change fails, nor one that is elsewhere.
    try await store.commit(.createKey(onDevice(1)))
    await #expect(throws: KMSError.contention) {
      try await store.commit(.together([.createKey(onDevice(2)), .createKey(onDevice(1))]))
    }
    try await store.commit(.createKey(Sample.key(3)))
    for _ in 0..<2 { try await store.forgetIntention(of: all[3].version) }
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.intentions(after: nil, limit: 10) == [all[1], all[2], all[4]])

    // A further version of a key counts as well.
    let key = Sample.key(6)
    try await reopened.commit(.createKey(key))
    let rotated = key.changed { $0.versions += onDevice(5).record.versions }
    try await reopened.commit(.updateKey(rotated, expecting: key.record.generation))
    #expect(try await reopened.intentions(after: nil, limit: 10) == [all[1], all[2]])
  }
}
