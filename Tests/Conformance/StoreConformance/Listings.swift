import KMSDomain
import Testing

extension StoreConformance {
  static let listingPromises = [
    Promise("identifiers come in byte order, page by page, each once", identifierPages),
    Promise("aliases come in byte order of their UTF-8, page by page, each once", aliasPages),
    Promise("the aliases of one key come in the same order and only of its keyring", aliasesOfOneKey),
    Promise("keys are due in the order of their deletion dates, and only up to the moment asked", dueKeys),
    Promise("a limit of nothing gives nothing", emptyLimit),
  ]

  /// In byte order. Collation by language, by case or by UTF-16 would order them otherwise.
  private static let names = [
    "alias/", "alias/0", "alias/A", "alias/B", "alias/Z", "alias/_", "alias/a", "alias/ab", "alias/b",
    "alias/e\u{301}", "alias/z", "alias/\u{e9}", "alias/\u{ff5e}", "alias/\u{1f511}",
  ]

  private static func identifierPages(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for (number, name) in names.enumerated().reversed() {
      try await store.commit(.createKey(Sample.key(UInt64(number), identifier: name)))
    }
    let other = Sample.keyring("444455556666", "eu-central-1")
    try await store.commit(.createKey(Sample.key(100, identifier: "alias/C", in: other)))
    for size in [1, 3, names.count, 1000] {
      var found: [String] = []
      while true {
        let page = try await store.keyIdentifiers(in: Sample.keyring, after: found.last, limit: size)
        #expect(page.count <= size)
        if page.isEmpty || found.count > names.count { break }
        found += page
      }
      #expect(found.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    }
    let between = try await store.keyIdentifiers(in: Sample.keyring, after: "alias/aa", limit: 1)
    #expect(between == ["alias/ab"])
  }

  private static func aliasPages(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)))
    for name in names.shuffled(by: 7) {
      try await store.commit(.createAlias(Sample.alias(name, of: 1), target: 1))
    }
    for size in [1, 4, 1000] {
      var found: [String] = []
      while true {
        let page = try await store.aliases(in: Sample.keyring, of: nil, after: found.last, limit: size)
        if page.isEmpty || found.count > names.count { break }
        found += page.map(\.record.name.text)
      }
      #expect(found.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    }
  }

  private static func aliasesOfOneKey(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    for (index, name) in names.enumerated().reversed() {
      try await store.commit(.createAlias(Sample.alias(name, of: UInt64(index % 2 + 1)), target: 1))
    }
    let other = Sample.keyring("111122223333", "us-east-1")
    try await store.commit(.createAlias(Sample.alias("alias/elsewhere", of: 1, in: other), target: 1))
    let wanted = names.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let found = try await store.aliases(in: Sample.keyring, of: Sample.keyID(1), after: nil, limit: 100)
    #expect(found.map { Array($0.record.name.text.utf8) } == wanted.map { Array($0.utf8) })
    #expect(found.allSatisfy { $0.record.target == Sample.keyID(1) })
    let rest = try await store.aliases(in: Sample.keyring, of: Sample.keyID(1), after: wanted[2], limit: 2)
    #expect(rest.map(\.record.name.text) == Array(wanted[3...4]))
    #expect(try await store.aliasCount(of: Sample.keyID(1)) == wanted.count + 1)
    #expect(try await store.aliasCount(of: Sample.keyID(9)) == 0)
  }

  private static func dueKeys(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let delays: [UInt64: Int64] = [1: 50, 2: 10, 3: 30, 4: 90]
    for number: UInt64 in 1...5 {
      let key = Sample.key(number)
      try await store.commit(.createKey(key))
      guard let delay = delays[number] else { continue }
      let pending = key.changed { record in
        record.state = .pendingDeletion
        record.deletionDate = Instant(milliseconds: Sample.start + delay)
      }
      try await store.commit(.updateKey(pending, expecting: 1))
    }
    let moment = Instant(milliseconds: Sample.start + 60)
    #expect(try await store.keysDue(before: moment, limit: 10) == [2, 3, 1].map { Sample.keyID($0) })
    #expect(try await store.keysDue(before: moment, limit: 2) == [2, 3].map { Sample.keyID($0) })
    let key = try #require(try await store.key(Sample.keyID(3)))
    let cancelled = key.changed { record in
      record.state = .suspended
      record.deletionDate = nil
    }
    try await store.commit(.updateKey(cancelled, expecting: 2))
    #expect(try await store.keysDue(before: moment, limit: 10) == [2, 1].map { Sample.keyID($0) })
    #expect(try await store.keysDue(before: Instant(milliseconds: Sample.start), limit: 10) == [])
  }

  private static func emptyLimit(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)), outbox: Sample.outbox(1))
    try await store.commit(.createAlias(Sample.alias("alias/a", of: 1), target: 1))
    for limit in [0, -1] {
      #expect(try await store.keyIdentifiers(in: Sample.keyring, after: nil, limit: limit) == [])
      #expect(try await store.aliases(in: Sample.keyring, of: nil, after: nil, limit: limit) == [])
      #expect(try await store.outbox(limit: limit) == [])
    }
  }
}

extension Array {
  /// The same elements in an order that has nothing to do with theirs.
  fileprivate func shuffled(by step: Int) -> [Element] {
    indices.sorted { ($0 * step) % 11 < ($1 * step) % 11 }.map { self[$0] }
  }
}
