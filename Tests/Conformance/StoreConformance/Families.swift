import KMSDomain
import Testing

extension StoreConformance {
  static let familyPromises = [
    Promise("a family, a window that waits and whom a policy means are kept", familiesAreKept),
    Promise("changes together are made, each as if it came alone", together),
    Promise("of changes together none is made when one can't be", noneOfThem),
    Promise("of changes together that race for one record only one lot is made", racingLots),
    Promise(
      "the identifier of a destroyed key can be given to its successor, and to nobody else", succession),
  ]

  private static func familiesAreKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let family = KeyFamily(material: Sample.keyID(9), primaryRegion: "eu-central-1")
    let key = Sample.key(1).changed { record in
      record.family = family
      record.meant = [IdentityRecord.TrustedPrincipal(name: "user:\0", id: IdentityID("AIDA"))]
    }
    try await store.commit(.createKey(key))
    #expect(try await store.key(key.record.id) == key)
    let replicated = key.changed { record in
      record.family = family.adding("us-west-2").adding("Ünit\0")
      record.deletionWindowDays = 30
      record.meant.append(IdentityRecord.TrustedPrincipal(name: "role:1", id: IdentityID("AROA")))
    }
    try await store.commit(.updateKey(replicated, expecting: key.record.generation))
    let reopened = try await suite.reopen(store)
    let found = try await reopened.key(key.record.id)
    #expect(found == replicated && found?.record.canonicalBytes == replicated.record.canonicalBytes)
    let alone = replicated.changed { record in
      record.family = nil
      record.deletionWindowDays = nil
      record.meant = []
    }
    try await reopened.commit(.updateKey(alone, expecting: replicated.record.generation))
    #expect(try await reopened.key(key.record.id) == alone)
  }

  private static func together(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (first, second) = (Sample.key(1), Sample.key(2))
    try await store.commit(.createKey(first))
    try await store.commit(.createKey(second))
    let changed = first.changed { $0.description = "changed" }
    let lot: [StoreChange] = [
      .updateKey(changed, expecting: 1), .createKey(Sample.key(3)),
      .destroyKey(second.destroyed(), expecting: 1), .createAlias(Sample.alias("alias/a", of: 1), target: 2),
    ]
    try await store.commit(.together(lot), outbox: Sample.outbox(1))
    #expect(try await store.key(first.record.id) == changed)
    #expect(try await store.key(Sample.keyID(3)) == Sample.key(3))
    #expect(try await store.key(second.record.id) == second.destroyed())
    #expect(try await store.aliasCount(of: first.record.id) == 1)
    #expect(try await store.keyCount() == 2)
    #expect(try await store.outbox(limit: 9) == [Sample.outbox(1)])
    try await store.commit(.together([]))
  }

  private static func noneOfThem(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (first, second) = (Sample.key(1), Sample.key(2))
    try await store.commit(.createKey(first))
    try await store.commit(.createKey(second))
    let good: [StoreChange] = [
      .updateKey(first.changed { $0.description = "changed" }, expecting: 1), .createKey(Sample.key(3)),
    ]
    let stale = StoreChange.updateKey(second.changed { $0.description = "changed" }, expecting: 7)
    for lot in [good + [stale], [stale] + good, [good[0], stale, good[1]]] {
      #expect(await store.failure(of: .together(lot), outbox: Sample.outbox(1)) == .contention)
      #expect(try await store.key(first.record.id) == first)
      #expect(try await store.key(Sample.keyID(3)) == nil)
      #expect(try await store.keyCount() == 2)
      #expect(try await store.wraps(1) == 2)
      #expect(try await store.outbox(limit: 1) == [])
    }
  }

  private static func racingLots(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let keys = [Sample.key(1), Sample.key(2)]
    for key in keys { try await store.commit(.createKey(key)) }
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for number in 0..<16 {
        let lot = keys.map { key in
          StoreChange.updateKey(key.changed { $0.description = "by \(number)" }, expecting: 1)
        }
        group.addTask { await store.failure(of: .together(number.isMultiple(of: 2) ? lot : lot.reversed())) }
      }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.count { $0 == nil } == 1 && failures.count { $0 == .contention } == 15)
    let first = try await store.key(Sample.keyID(1))?.record.description
    #expect(try await store.key(Sample.keyID(2))?.record.description == first)
  }

  private static func succession(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let name = KeyName(.identifier, "same", in: Sample.keyring)
    let first = Sample.key(1, identifier: "same")
    let second = Sample.key(2, identifier: "same")
    #expect(await store.failure(of: .recreateKey(second, after: first.record.id)) == .contention)
    try await store.commit(.createKey(first))
    #expect(await store.failure(of: .recreateKey(second, after: first.record.id)) == .contention)
    #expect(try await store.key(named: name) == first)
    let tombstone = first.destroyed()
    try await store.commit(.destroyKey(tombstone, expecting: 1))
    #expect(await store.failure(of: .recreateKey(second, after: Sample.keyID(3))) == .contention)
    #expect(await store.failure(of: .createKey(second)) == .contention)
    #expect(try await store.key(second.record.id) == nil)
    #expect(try await store.keyCount() == 0)
    try await store.commit(.recreateKey(second, after: first.record.id))
    #expect(try await store.key(named: name) == second)
    #expect(try await store.key(first.record.id) == tombstone)
    #expect(try await store.keyIdentifiers(in: Sample.keyring, after: nil, limit: 9) == ["same"])
    #expect(try await store.keyCount() == 1)
    let third = Sample.key(3, identifier: "same")
    #expect(await store.failure(of: .recreateKey(third, after: first.record.id)) == .contention)
    #expect(await store.failure(of: .recreateKey(third, after: second.record.id)) == .contention)
  }
}
