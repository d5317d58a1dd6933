import KMSDomain
import Testing

extension StoreConformance {
  static let identityPromises = [
    Promise("principals are read back whole, root or not", principals),
    Promise("access keys are read back whole, active or not", accessKeys),
    Promise("a taken principal or access key id is contention", takenIdentities),
    Promise("epochs are read back in the order of their numbers, each number once", epochs),
  ]

  private static func principals(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (alice, root) = (
      Sample.principal("AIDA1", userName: "alice"), Sample.principal("ROOT", userName: nil)
    )
    try await store.commit(.addPrincipal(alice))
    try await store.commit(.addPrincipal(root))
    #expect(try await store.principal(PrincipalID("AIDA1")) == alice)
    #expect(try await store.principal(PrincipalID("ROOT")) == root)
    #expect(try await store.principal(PrincipalID("aida1")) == nil)
    #expect(try await store.principal(PrincipalID("AIDA1\0")) == nil)
  }

  private static func accessKeys(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (active, inactive) = (Sample.accessKey("AKIA1"), Sample.accessKey("AKIA2", isActive: false))
    try await store.commit(.addAccessKey(active))
    try await store.commit(.addAccessKey(inactive))
    #expect(try await store.accessKey("AKIA1") == active)
    #expect(try await store.accessKey("AKIA2") == inactive)
    #expect(try await store.accessKey("akia1") == nil)
    #expect(try await store.accessKey("AKIA1\0x") == nil)
  }

  private static func takenIdentities(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let (alice, key) = (Sample.principal("AIDA1", userName: "alice"), Sample.accessKey("AKIA1"))
    try await store.commit(.addPrincipal(alice))
    try await store.commit(.addAccessKey(key))
    let usurper = Sample.principal("AIDA1", userName: "bob")
    #expect(await store.failure(of: .addPrincipal(usurper)) == .contention)
    let other = Sample.accessKey("AKIA1", isActive: false)
    #expect(await store.failure(of: .addAccessKey(other)) == .contention)
    #expect(try await store.principal(PrincipalID("AIDA1")) == alice)
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
  }
}
