import KMSDomain
import Testing

extension StoreConformance {
  static let identityPromises = [
    Promise("identities of every kind are read back whole, by id and by name in either case", identities),
    Promise("names, paths and pages find identities, and accounts are apart", identityLists),
    Promise("an identity changes only from the generation that was read", identityChanges),
    Promise("what is referred to exists and stays, and who refers to it is known", identityReferences),
    Promise("access keys are read back whole, active or not, and changed or removed once", accessKeys),
    Promise("an access key needs its owner as it was read, and room", accessKeyOwners),
    Promise("a taken identity, name or access key id is contention", takenIdentities),
    Promise("epochs are read back in the order of their numbers, each number once", epochs),
  ]

  private static let everyKind = [
    Sample.identity("ROOT", "root", .root),
    Sample.user("AIDA1", name: "Alice"),
    Sample.identity("AGPA1", "staff", .group(IdentityRecord.Carried(attached: [.builtIn("arn:one")]))),
    Sample.identity(
      "AROA1", "runner",
      .role(
        IdentityRecord.Role(
          carried: IdentityRecord.Carried(boundary: .builtIn("arn:two")), trust: [1, 2, 3],
          trusted: [IdentityRecord.TrustedPrincipal(name: "arn:one", id: IdentityID("AIDA1"))],
          description: "runs", maxSessionSeconds: 3600))),
    Sample.identity(
      "ANPA1", "reading",
      .policy(
        IdentityRecord.ManagedPolicy(
          description: "", versions: [.init(number: 2, document: [9], createdAt: Instant(milliseconds: 5))],
          defaultVersion: 2, nextVersion: 3, updatedAt: Instant(milliseconds: 6)))),
    Sample.identity(
      "OIDC1", "issuer.example/tenant",
      .provider(IdentityRecord.Provider(clientIDs: ["one", "two"], thumbprints: ["00"]))),
  ]

  private static func identities(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for identity in everyKind { try await store.commit(.addIdentity(identity)) }
    for identity in everyKind {
      let record = identity.record
      #expect(try await store.identity(record.id) == identity)
      for text in [record.name, record.name.uppercased(), record.name.lowercased()] {
        #expect(
          try await store.identity(named: IdentityName(record.kind, text, in: record.account)) == identity)
      }
      #expect(try await store.identityCount(record.kind, of: record.account) == 1)
    }
    #expect(try await store.identity(IdentityID("aida1")) == nil)
    #expect(try await store.identity(IdentityID("AIDA1\0")) == nil)
    #expect(try await store.identity(named: IdentityName(.group, "alice", in: Sample.keyring.account)) == nil)
  }

  private static func identityLists(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let other = try #require(AccountID("999988887777"))
    let rows = [
      Sample.user("AIDA1", name: "carol", path: "/a/"), Sample.user("AIDA2", name: "Bob", path: "/a/b/"),
      Sample.user("AIDA3", name: "alice"), Sample.identity("ROOT1", "root", .root),
      Sample.identity("ROOT2", "root", account: other, .root),
      Sample.identity("AIDA4", "alice", account: other, .user(IdentityRecord.User())),
    ]
    for row in rows { try await store.commit(.addIdentity(row)) }
    func names(_ path: String = "/", after: String? = nil, limit: Int = 10) async throws -> [String] {
      try await store.identities(
        .user, of: Sample.keyring.account, under: path, after: after, limit: limit
      ).map(\.record.name)
    }
    #expect(try await names() == ["alice", "Bob", "carol"])
    #expect(try await names("/a/") == ["Bob", "carol"])
    #expect(try await names(after: "alice", limit: 1) == ["Bob"])
    #expect(try await names("/a/b") == ["Bob"])
    let accounts = [Sample.keyring.account, other].map(\.text).sorted()
    func roots(after: String?) async throws -> [String] {
      try await store.identities(.root, of: nil, under: "/", after: after, limit: 10).map {
        $0.record.account.text
      }
    }
    #expect(try await roots(after: nil) == accounts)
    #expect(try await roots(after: accounts[0]) == [accounts[1]])
  }

  private static func identityChanges(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let renamed = Sample.user("AIDA1", name: "ALBERT", path: "/new/", generation: 1)
    try await store.commit(.updateIdentity(renamed, expecting: 0))
    #expect(await store.failure(of: .updateIdentity(renamed, expecting: 0)) == .contention)
    #expect(try await store.identity(IdentityID("AIDA1")) == renamed)
    let account = Sample.keyring.account
    #expect(try await store.identity(named: IdentityName(.user, "albert", in: account)) == renamed)
    #expect(try await store.identity(named: IdentityName(.user, "alice", in: account)) == nil)
    try await store.commit(.addIdentity(Sample.user("AIDA2")))
    let usurper = Sample.user("AIDA2", name: "albert", generation: 1)
    #expect(await store.failure(of: .updateIdentity(usurper, expecting: 0)) == .contention)
    #expect(await store.failure(of: .removeIdentity(IdentityID("AIDA1"), expecting: 0)) == .contention)
    try await store.commit(.removeIdentity(IdentityID("AIDA1"), expecting: 1))
    #expect(try await store.identity(IdentityID("AIDA1")) == nil)
    try await store.commit(.updateIdentity(usurper, expecting: 0))
  }

  private static func identityReferences(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let member = Sample.user("AIDA1", groups: ["AGPA1"])
    #expect(await store.failure(of: .addIdentity(member)) == .contention)
    #expect(try await store.identity(IdentityID("AIDA1")) == nil)
    for identity in [everyKind[2], member] { try await store.commit(.addIdentity(identity)) }
    try await store.commit(.addIdentity(Sample.user("AIDA2", name: "bob", groups: ["AGPA1"])))
    let group = IdentityID("AGPA1")
    func members(after: String? = nil, limit: Int = 10) async throws -> [String] {
      try await store.identities(referringTo: group, after: after.map { IdentityID($0) }, limit: limit).map {
        $0.record.id.text
      }
    }
    #expect(try await members() == ["AIDA1", "AIDA2"])
    #expect(try await members(limit: 1) == ["AIDA1"])
    #expect(try await members(after: "AIDA1") == ["AIDA2"])
    #expect(await store.failure(of: .removeIdentity(group, expecting: 0)) == .contention)
    try await store.commit(.updateIdentity(Sample.user("AIDA1", generation: 1), expecting: 0))
    #expect(try await members() == ["AIDA2"])
    try await store.commit(.removeIdentity(IdentityID("AIDA2"), expecting: 0))
    try await store.commit(.removeIdentity(group, expecting: 0))
  }

  private static func accessKeys(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let (active, inactive) = (Sample.accessKey("AKIA1"), Sample.accessKey("AKIA2", isActive: false))
    try await store.commit(.addAccessKey(active, owner: 0, most: 2))
    try await store.commit(.addAccessKey(inactive, owner: 0, most: 2))
    #expect(try await store.accessKey("AKIA1") == active)
    #expect(try await store.accessKey("AKIA2") == inactive)
    #expect(try await store.accessKey("akia1") == nil)
    #expect(try await store.accessKey("AKIA1\0x") == nil)
    #expect(try await store.accessKeys(of: IdentityID("AIDA1")) == [active, inactive])
    let owner = IdentityID("AIDA1")
    #expect(await store.failure(of: .removeIdentity(owner, expecting: 0)) == .contention)
    let stopped = Authenticated(Sample.accessKey("AKIA1", isActive: false).record, code: [1, 2, 3])
    #expect(await store.failure(of: .updateAccessKey(stopped, expecting: [9])) == .contention)
    try await store.commit(.updateAccessKey(stopped, expecting: active.code))
    #expect(try await store.accessKey("AKIA1") == stopped)
    #expect(await store.failure(of: .removeAccessKey("AKIA1", expecting: active.code)) == .contention)
    try await store.commit(.removeAccessKey("AKIA1", expecting: stopped.code))
    #expect(try await store.accessKeys(of: owner) == [inactive])
  }

  private static func accessKeyOwners(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let key = Sample.accessKey("AKIA1")
    #expect(await store.failure(of: .addAccessKey(key, owner: 0, most: 2)) == .contention)
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    #expect(await store.failure(of: .addAccessKey(key, owner: 1, most: 2)) == .contention)
    try await store.commit(.addAccessKey(key, owner: 0, most: 1))
    let second = Sample.accessKey("AKIA2")
    #expect(await store.failure(of: .addAccessKey(second, owner: 0, most: 1)) == .contention)
    #expect(try await store.accessKey("AKIA2") == nil)
  }

  private static func takenIdentities(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (alice, key) = (Sample.user("AIDA1"), Sample.accessKey("AKIA1"))
    try await store.commit(.addIdentity(alice))
    try await store.commit(.addAccessKey(key, owner: 0, most: 2))
    for usurper in [Sample.user("AIDA1", name: "bob"), Sample.user("AIDA2", name: "ALICE")] {
      #expect(await store.failure(of: .addIdentity(usurper)) == .contention)
    }
    let other = Sample.accessKey("AKIA1", isActive: false)
    #expect(await store.failure(of: .addAccessKey(other, owner: 0, most: 2)) == .contention)
    #expect(try await store.identity(IdentityID("AIDA1")) == alice)
    #expect(try await store.accessKey("AKIA1") == key)
  }

  private static func epochs(_ suite: StoreConformance) async throws {
    let store = try await suite.makeStore()
    for number: UInt32 in [2, .max, 1] { try await store.commit(.addEpoch(Sample.epoch(number))) }
    #expect(await store.failure(of: .addEpoch(Sample.epoch(2))) == .contention)
    let found = try await store.epochs()
    #expect(found.map(\.id.number) == [1, 2, .max])
    #expect(found.map(\.wrapped) == [1, 2, .max].map { Sample.epoch($0).wrapped })
    #expect(found.allSatisfy { $0.wraps == 0 && $0.createdAt == Sample.epoch(1).createdAt })
    let moved = EpochRecord(
      id: EpochID(2), wrapped: [7], recovery: [8, 9], createdAt: Sample.epoch(1).createdAt, wraps: 0,
      seal: .max, code: [4, 5])
    try await store.commit(.rewrapEpochs([moved]), outbox: nil)
    let after = try await store.epochs()
    #expect(after.map(\.wrapped) == [found[0].wrapped, [7], found[2].wrapped])
    #expect(after.map(\.recovery) == [nil, [8, 9], nil])
    #expect(after.map(\.seal) == [0, .max, 0] && after.map(\.code) == [nil, [4, 5], nil])
    #expect(try await store.sealNote() == nil)
    for generation: UInt64 in [1, .max] {
      let note = Authenticated(SealNote(generation: generation, fileCode: [1, 2]), code: [3])
      try await store.commit(.noteSeal(note), outbox: nil)
      #expect(try await store.sealNote() == note)
    }
    let absent = EpochRecord(id: EpochID(3), wrapped: [1], createdAt: moved.createdAt, wraps: 0)
    #expect(await store.failure(of: .rewrapEpochs([found[1], absent])) == .contention)
    #expect(try await store.epochs().map(\.wrapped) == after.map(\.wrapped))
  }
}
