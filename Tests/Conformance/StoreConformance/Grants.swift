import KMSDomain
import Testing

extension StoreConformance {
  static let grantPromises = [
    Promise("a grant is found as it was stored, by its id and by its likeness", grantsAreKept),
    Promise("a key has one grant of a likeness, and no two of an id", grantsAreUnique),
    Promise("grants of a key are listed by id, all or those to one principal", grantListings),
    Promise("grants are listed by who may retire them, over the keys of a Region", retirableListings),
    Promise("only the grant that was seen is taken away", grantsAreTakenAway),
    Promise("a grant isn't added to a key that has changed", grantsNeedTheirKey),
    Promise("grants go when their key is destroyed", grantsGoWithTheirKey),
  ]

  private static func storeWithKeys(_ suite: StoreConformance) async throws -> any Store {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...3 { try await store.commit(.createKey(Sample.key(number))) }
    return store
  }

  private static func grantsAreKept(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    let plain = Sample.grant(1)
    let rich = Sample.grant(
      2, retiring: "user:ü", constraints: Sample.constraints, name: "a:b/c_d-e",
      operations: GrantOperation.allCases)
    try await store.commit(.createGrant(plain, likeness: nil, target: 1))
    try await store.commit(.createGrant(rich, likeness: Sample.bytes(32, seed: 1), target: 1))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.grant(plain.record.id, of: plain.record.key) == plain)
    #expect(try await reopened.grant(rich.record.id, of: rich.record.key) == rich)
    #expect(try await reopened.grant(alike: Sample.bytes(32, seed: 1), of: rich.record.key) == rich)
    #expect(try await reopened.grant(alike: Sample.bytes(32, seed: 2), of: rich.record.key) == nil)
    #expect(try await reopened.grant(alike: Sample.bytes(32, seed: 1), of: Sample.keyID(2)) == nil)
    #expect(try await reopened.grant(rich.record.id, of: Sample.keyID(2)) == nil)
  }

  private static func grantsAreUnique(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    let likeness = Sample.bytes(32, seed: 9)
    let first = Sample.grant(1)
    try await store.commit(.createGrant(first, likeness: likeness, target: 1))
    let alike = StoreChange.createGrant(Sample.grant(2), likeness: likeness, target: 1)
    #expect(await store.failure(of: alike, outbox: Sample.outbox(1)) == .contention)
    let same = StoreChange.createGrant(Sample.grant(1, name: "x"), likeness: nil, target: 1)
    #expect(await store.failure(of: same, outbox: Sample.outbox(2)) == .contention)
    #expect(try await store.outbox(limit: 9) == [])
    try await store.commit(.createGrant(Sample.grant(3, of: 2), likeness: likeness, target: 1))
    try await store.commit(
      .deleteGrant(first.record.id, of: first.record.key, expecting: first.code))
    try await store.commit(alike)
  }

  private static func grantListings(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    var all: [Authenticated<GrantRecord>] = []
    for number: UInt64 in 1...9 {
      let grant = Sample.grant(number, to: number.isMultiple(of: 3) ? "three" : "other")
      try await store.commit(.createGrant(grant, likeness: nil, target: 1))
      all.append(grant)
    }
    try await store.commit(.createGrant(Sample.grant(10, of: 2, to: "three"), likeness: nil, target: 1))
    all.sort { $0.record.id.hex < $1.record.id.hex }
    let key = Sample.keyID(1)
    #expect(try await store.grants(of: key, to: nil, after: nil, limit: 100) == all)
    #expect(try await store.grants(of: key, to: nil, after: nil, limit: 4) == Array(all.prefix(4)))
    #expect(try await store.grants(of: key, to: nil, after: all[3].record.id, limit: 100) == Array(all[4...]))
    let three = all.filter { $0.record.terms.grantee == "three" }
    #expect(try await store.grants(of: key, to: "three", after: nil, limit: 100) == three)
    #expect(
      try await store.grants(of: key, to: "three", after: three[0].record.id, limit: 1) == [three[1]])
    #expect(try await store.grants(of: key, to: "thre", after: nil, limit: 1) == [])
    #expect(try await store.grants(of: Sample.keyID(3), to: nil, after: nil, limit: 1) == [])
    #expect(try await store.grants(of: Sample.keyID(9), to: nil, after: nil, limit: 1) == [])
  }

  private static func retirableListings(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    var wanted: [Authenticated<GrantRecord>] = []
    for number: UInt64 in 1...6 {
      let grant = Sample.grant(
        number, of: number % 3 + 1, retiring: number == 6 ? "other" : "me",
        region: number == 5 ? "eu-west-1" : "eu-central-1")
      try await store.commit(.createGrant(grant, likeness: nil, target: 1))
      if number < 5 { wanted.append(grant) }
    }
    try await store.commit(.createGrant(Sample.grant(7), likeness: nil, target: 1))
    wanted.sort { $0.record.id.hex < $1.record.id.hex }
    let region = "eu-central-1"
    #expect(try await store.grants(retiredBy: "me", in: region, after: nil, limit: 100) == wanted)
    #expect(
      try await store.grants(retiredBy: "me", in: region, after: wanted[0].record.id, limit: 2)
        == Array(wanted[1...2]))
    #expect(try await store.grants(retiredBy: "me", in: "eu-west-1", after: nil, limit: 9).count == 1)
    #expect(try await store.grants(retiredBy: "nobody", in: region, after: nil, limit: 9) == [])
  }

  private static func grantsAreTakenAway(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    let grant = Sample.grant(1)
    try await store.commit(.createGrant(grant, likeness: nil, target: 1))
    let (id, key) = (grant.record.id, grant.record.key)
    #expect(
      await store.failure(of: .deleteGrant(id, of: key, expecting: Sample.bytes(32, seed: 0))) == .contention)
    let absent = KMSError.grantNotFound(id.hex)
    #expect(
      await store.failure(of: .deleteGrant(id, of: Sample.keyID(2), expecting: grant.code)) == absent)
    try await store.commit(.deleteGrant(id, of: key, expecting: grant.code))
    #expect(try await store.grant(id, of: key) == nil)
    #expect(await store.failure(of: .deleteGrant(id, of: key, expecting: grant.code)) == absent)
  }

  private static func grantsNeedTheirKey(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    let late = StoreChange.createGrant(Sample.grant(1), likeness: nil, target: 2)
    #expect(await store.failure(of: late) == .contention)
    let nowhere = StoreChange.createGrant(Sample.grant(1, of: 9), likeness: nil, target: 1)
    #expect(await store.failure(of: nowhere) == .contention)
    #expect(try await store.grants(of: Sample.keyID(1), to: nil, after: nil, limit: 1) == [])
  }

  private static func grantsGoWithTheirKey(_ suite: StoreConformance) async throws {
    let store = try await storeWithKeys(suite)
    let (gone, kept) = (Sample.grant(1, retiring: "me"), Sample.grant(2, of: 2, retiring: "me"))
    for grant in [gone, kept] { try await store.commit(.createGrant(grant, likeness: nil, target: 1)) }
    try await store.commit(.destroyKey(Sample.key(1).destroyed(), expecting: 1))
    #expect(try await store.grants(of: Sample.keyID(1), to: nil, after: nil, limit: 1) == [])
    #expect(
      try await store.grants(retiredBy: "me", in: "eu-central-1", after: nil, limit: 9) == [kept])
  }
}

extension Sample {
  static let constraints = GrantConstraints(
    equals: EncryptionContext([.init(name: "ü", value: "a\0b"), .init(name: "a", value: "")]), subset: .empty)

  static func grant(
    _ number: UInt64, of key: UInt64 = 1, to grantee: String = "user:1", retiring: String? = nil,
    constraints: GrantConstraints = .none, name: String = "",
    operations: [GrantOperation] = [.encrypt, .decapsulate], region: String = "eu-central-1"
  ) -> Authenticated<GrantRecord> {
    let terms = GrantTerms(
      name: name, grantee: grantee, retiring: retiring, operations: GrantOperations(operations),
      constraints: constraints, issuer: keyring.account)
    let record = GrantRecord(
      id: GrantID(
        high: Bits128(high: number &* 0x9e37_79b9_7f4a_7c15, low: 1), low: Bits128(high: 2, low: number)),
      key: keyID(key), region: region, terms: terms,
      meant: GrantRecord.Meant(
        grantee: number.isMultiple(of: 2) ? IdentityID("AIDA\0") : nil,
        retiring: number.isMultiple(of: 3) ? IdentityID("AROA") : nil),
      createdAt: Instant(milliseconds: start + Int64(number)))
    return Authenticated(record, code: bytes(32, seed: number + 9000))
  }
}
