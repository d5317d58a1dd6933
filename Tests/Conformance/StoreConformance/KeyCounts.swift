import KMSDomain
import Testing

extension StoreConformance {
  static let keyCountPromises = [
    Promise("a keyring takes no more keys than a limit lets it, and nothing of the change is left", limit),
    Promise("of concurrent creates exactly as many succeed as there is room for", concurrentLimit),
    Promise("each keyring is counted for itself, and destroyed keys aren't counted", countedKeys),
  ]

  private static func limited(_ number: UInt64, _ most: Int, in keyring: Keyring = Sample.keyring)
    -> StoreChange
  {
    .together([.createKey(Sample.key(number, in: keyring)), .limitKeys(in: keyring, most: most)])
  }

  private static func limit(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 0..<3 { try await store.commit(limited(number, 3)) }
    let failure = await store.failure(of: limited(3, 3), outbox: Sample.outbox(3))
    #expect(failure == .tooManyKeys(most: 3, present: 3))
    #expect(try await store.key(Sample.keyID(3)) == nil)
    #expect(try await store.keyCount() == 3)
    #expect(try await store.wraps(1) == 3)
    #expect(try await store.outbox(limit: 10) == [])
    try await store.commit(limited(3, 4))
    #expect(await store.failure(of: limited(4, 2)) == .tooManyKeys(most: 2, present: 4))
    let reopened = try await suite.reopen(store)
    #expect(await reopened.failure(of: limited(4, 4)) == .tooManyKeys(most: 4, present: 4))
  }

  private static func concurrentLimit(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for number: UInt64 in 0..<200 { group.addTask { await store.failure(of: limited(number, 50)) } }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.count { $0 == nil } == 50)
    #expect(failures.count { $0 == .tooManyKeys(most: 50, present: 50) } == 150)
    #expect(try await store.keyCount() == 50)
    #expect(try await store.keyIdentifiers(in: Sample.keyring, after: nil, limit: 1000).count == 50)
  }

  private static func countedKeys(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let others = [
      Sample.keyring("111122223333", "us-east-1"), Sample.keyring("444455556666", "eu-central-1"),
    ]
    try await store.commit(limited(0, 1))
    for (number, keyring) in others.enumerated() {
      try await store.commit(limited(UInt64(number) + 1, 1, in: keyring))
    }
    #expect(await store.failure(of: limited(3, 1)) == .tooManyKeys(most: 1, present: 1))
    _ = await store.failure(of: .destroyKey(Sample.key(0).destroyed(), expecting: 9))
    #expect(await store.failure(of: limited(3, 1)) == .tooManyKeys(most: 1, present: 1))
    try await store.commit(.destroyKey(Sample.key(0).destroyed(), expecting: 1))
    try await store.commit(limited(3, 1))
    #expect(await store.failure(of: limited(4, 1)) == .tooManyKeys(most: 1, present: 1))
  }
}
