import KMSDomain
import Testing

extension StoreConformance {
  static let applicationPromises = [
    Promise("applications are read back whole by both ids, and changed or removed once", applications),
    Promise("applications are found by owner and by account, in parts", applicationLists),
    Promise("an application needs its owner as it was read, and room", applicationOwners),
    Promise("an owner stays as long as it has applications", applicationsKeepOwners),
    Promise("keys of tokens follow one another", tokenKeys),
  ]

  private static func applications(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let first = Sample.application(1)
    try await store.commit(.addApplication(first, owner: 0, most: 1))
    #expect(try await store.application(Sample.guid(1)) == first)
    #expect(try await store.application(object: Sample.guid(101)) == first)
    #expect(try await store.application(Sample.guid(2)) == nil)
    #expect(try await store.application(object: Sample.guid(1)) == nil)
    let changed = Sample.application(1, generation: 1)
    #expect(await store.failure(of: .updateApplication(changed, expecting: 1)) == .contention)
    try await store.commit(.updateApplication(changed, expecting: 0))
    #expect(try await store.application(Sample.guid(1)) == changed)
    #expect(await store.failure(of: .removeApplication(Sample.guid(1), expecting: 0)) == .contention)
    try await store.commit(.removeApplication(Sample.guid(1), expecting: 1))
    #expect(try await store.application(Sample.guid(1)) == nil)
  }

  private static func applicationLists(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    try await store.commit(.addIdentity(Sample.user("AIDA2", name: "bob")))
    for (number, owner) in [(UInt64(3), "AIDA1"), (1, "AIDA1"), (2, "AIDA2")] {
      try await store.commit(.addApplication(Sample.application(number, of: owner), owner: 0, most: 9))
    }
    let alices = try await store.applications(of: IdentityID("AIDA1"))
    #expect(alices.map(\.record.clientID) == [1, 3].map(Sample.guid))
    let account = Sample.keyring.account
    let part = try await store.applications(in: account, after: nil, limit: 2)
    #expect(part.map(\.record.clientID) == [1, 2].map(Sample.guid))
    let rest = try await store.applications(in: account, after: Sample.guid(2), limit: 2)
    #expect(rest.map(\.record.clientID) == [Sample.guid(3)])
    let trusted = try await store.applications(trusting: "https://i", subject: "s", in: account)
    #expect(trusted.map(\.record.clientID) == [1, 2, 3].map(Sample.guid))
    try await store.commit(.removeApplication(Sample.guid(2), expecting: 0))
    #expect(try await store.applications(trusting: "https://i", subject: "s", in: account).count == 2)
    #expect(try await store.applications(trusting: "https://i", subject: "t", in: account).isEmpty)
    let other = Sample.keyring("999988887777", "eu-central-1").account
    #expect(try await store.applications(trusting: "https://i", subject: "s", in: other).isEmpty)
    #expect(try await store.applications(in: other, after: nil, limit: 2).isEmpty)
  }

  private static func applicationOwners(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let added = StoreChange.addApplication(Sample.application(1), owner: 0, most: 1)
    #expect(await store.failure(of: added) == .contention)
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let late = StoreChange.addApplication(Sample.application(1), owner: 1, most: 1)
    #expect(await store.failure(of: late) == .contention)
    try await store.commit(added)
    #expect(await store.failure(of: added) == .contention)
    let second = StoreChange.addApplication(Sample.application(2), owner: 0, most: 1)
    #expect(await store.failure(of: second) == .contention)
    let sameObject = StoreChange.addApplication(Sample.application(2, object: 101), owner: 0, most: 2)
    #expect(await store.failure(of: sameObject) == .contention)
  }

  private static func applicationsKeepOwners(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    try await store.commit(.addApplication(Sample.application(1), owner: 0, most: 1))
    let removal = StoreChange.removeIdentity(IdentityID("AIDA1"), expecting: 0)
    #expect(await store.failure(of: removal) == .contention)
    try await store.commit(.together([.removeApplication(Sample.guid(1), expecting: 0), removal]))
    #expect(try await store.application(Sample.guid(1)) == nil)
  }

  private static func tokenKeys(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (first, second) = (Sample.tokenKey(2, startsAt: 10), Sample.tokenKey(1, startsAt: 20))
    #expect(try await store.tokenKeys().isEmpty)
    #expect(await store.failure(of: .addTokenKey(first, after: Sample.guid(9))) == .contention)
    try await store.commit(.addTokenKey(first, after: nil))
    #expect(await store.failure(of: .addTokenKey(second, after: nil)) == .contention)
    try await store.commit(.addTokenKey(second, after: Sample.guid(2)))
    #expect(try await store.tokenKeys() == [first, second])
    #expect(try await store.wraps(1) == 2)
    try await store.commit(.removeTokenKey(Sample.guid(2)))
    #expect(try await store.tokenKeys() == [second])
  }
}

extension Sample {
  static func guid(_ number: UInt64) -> GUID { GUID(Bits128(high: 7, low: number)) }

  static func application(
    _ number: UInt64, object: UInt64? = nil, of owner: String = "AIDA1", generation: UInt64 = 0
  ) -> Authenticated<Application> {
    let moment = Instant(milliseconds: start)
    let record = Application(
      clientID: guid(number), objectID: guid(object ?? number + 100), account: keyring.account,
      owner: IdentityID(owner), name: "app with a NUL \0 inside", createdAt: moment,
      isEnabled: generation == 0,
      secrets: [
        Application.ClientSecret(
          id: guid(200), hint: "abc", verifier: bytes(32, seed: 1), createdAt: moment, expiresAt: moment)
      ],
      certificates: [
        Application.AssertionCertificate(
          sha256: bytes(32, seed: 2), sha1: bytes(20, seed: 3), publicKey: bytes(294, seed: 4),
          expiresAt: moment)
      ],
      federated: [
        Application.FederatedCredential(name: "pod", issuer: "https://i", subject: "s", audience: "a")
      ], generation: generation)
    return Authenticated(record, code: bytes(32, seed: 9100 + generation))
  }

  static func tokenKey(_ number: UInt64, startsAt: Int64) -> Authenticated<TokenKey> {
    let record = TokenKey(
      id: guid(number), material: WrappedKey(epoch: EpochID(1), bytes: bytes(1200, seed: number)),
      publicKey: bytes(294, seed: 5), createdAt: Instant(milliseconds: start),
      startsAt: Instant(milliseconds: start + startsAt))
    return Authenticated(record, code: bytes(32, seed: 9200 + number))
  }
}
