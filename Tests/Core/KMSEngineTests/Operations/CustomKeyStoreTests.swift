import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct CustomKeyStoreTests {
  private static func fault<Op: Operation>(
    _ operation: Op, _ world: World, as caller: Caller = World.admin
  ) async throws -> KeyStoreFault? {
    guard case .customKeyStore(let fault) = try await world.failure(of: operation, as: caller) else {
      return nil
    }
    return fault
  }

  private static func described(
    _ choice: DescribeCustomKeyStores.Choice, _ world: World, limit: Int = 10
  ) async throws -> Page<CustomKeyStore> {
    try await world.run(DescribeCustomKeyStores(choice, in: Fixtures.keyring, limit: limit))
  }

  // MARK: Making

  @Test func `a store is there once it is made, disconnected, and its secret is wrapped`() async throws {
    let world = try await World()
    let id = try await world.run(.createKeyStore(at: .sample(service: "svc")))
    let record = try await world.keyStore(id.text)
    #expect(record.name == "store" && record.home == Fixtures.keyring && record.generation == 1)
    #expect(record.connection == .disconnected && record.createdAt == world.house.clock.now())
    #expect(record.proxy.address == .sample(service: "svc"))
    #expect(record.proxy.credential.accessKey == NewProxyCredential.sampleKey)
    let secret = record.proxy.credential.secret
    #expect(secret.bytes.count == NewProxyCredential.sampleSecret.utf8.count + 29)
    #expect(!String(decoding: secret.bytes, as: UTF8.self).contains("s3cr3t"))
    let details = try world.lastRecord().details
    #expect(details?["id"] == id.text && details?["endpoint"] == "https://one.example")
    #expect(details?["service"] == "svc" && details?["serviceOwner"] == Fixtures.account.text)
  }

  @Test func `neither secret nor access key of a proxy is ever in the log`() async throws {
    let world = try await World()
    let id = try await world.run(.createKeyStore()).text
    try await world.run(.updateKeyStore(id, credential: .sample))
    _ = try await world.failure(of: .createKeyStore())
    _ = try await world.failure(of: .updateKeyStore("absent", credential: .sample))
    let log = try world.house.logText()
    #expect(!log.contains("s3cr3t") && !log.contains(NewProxyCredential.sampleKey))
    #expect(log.contains(#""credential":"replaced""#))
  }

  @Test func `names and addresses are unique in a keyring, not beyond`() async throws {
    let world = try await World()
    try await world.run(.createKeyStore(at: .sample(service: "svc")))
    #expect(
      try await Self.fault(.createKeyStore(at: .sample("https://two.example")), world) == .nameInUse("store"))
    #expect(
      try await Self.fault(.createKeyStore("b", at: .sample()), world) == .proxyURIInUse)
    #expect(
      try await Self.fault(.createKeyStore("b", at: .sample("https://one.example", "/x/kms/xks/v1")), world)
        == .proxyEndpointInUse)
    #expect(
      try await Self.fault(.createKeyStore("b", at: .sample("https://two.example", service: "svc")), world)
        == .endpointServiceInUse)
    #expect(try await world.keyStores().count == 1)
    let elsewhere = Keyring(account: Fixtures.account, region: "eu-west-1", kind: .aws)
    try await world.run(.createKeyStore(at: .sample(service: "svc"), home: elsewhere))
    #expect(try await world.keyStores(in: elsewhere).count == 1)
  }

  @Test func `a keyring has ten of them at most`() async throws {
    let world = try await World()
    var ids: [String] = []
    for number in 0..<CustomKeyStore.mostOfKeyring {
      ids.append(
        try await world.run(.createKeyStore("\(number)", at: .sample("https://\(number).example"))).text)
    }
    #expect(try await Self.fault(.createKeyStore("more"), world) == .tooMany)
    try await world.run(DeleteCustomKeyStore(World.reference(ids[3])))
    try await world.run(.createKeyStore("more"))
    #expect(try await world.keyStores().count == CustomKeyStore.mostOfKeyring)
  }

  @Test func `those who make stores at the same time make no more than there may be`() async throws {
    let world = try await World()
    let made = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<15 {
        group.addTask {
          (try? await world.run(.createKeyStore("\(number)", at: .sample("https://\(number).example"))))
            != nil
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    let names = try await world.keyStores().map(\.name)
    #expect(made == CustomKeyStore.mostOfKeyring && Set(names).count == made)
  }

  @Test func `of many who want one name one gets it`() async throws {
    let world = try await World()
    let made = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask {
          (try? await world.run(.createKeyStore("same", at: .sample("https://\(number).example")))) != nil
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(made == 1)
    #expect(try await world.keyStores().map(\.name) == ["same"])
  }

  @Test func `no cluster is ever found`() async throws {
    let world = try await World()
    let cluster = CreateCustomKeyStore("c", in: Fixtures.keyring, backing: .cluster("cluster-1"))
    #expect(try await Self.fault(cluster, world) == .clusterNotFound("cluster-1"))
    #expect(try await world.keyStores().isEmpty)
    #expect(try world.lastRecord().details?["cluster"] == "cluster-1")
  }

  // MARK: Describing

  @Test func `stores are found by id, by name, and page by page`() async throws {
    let world = try await World()
    var ids: [String] = []
    for number in 0..<5 {
      ids.append(
        try await world.run(.createKeyStore("\(number)", at: .sample("https://\(number).example"))).text)
    }
    #expect(try await Self.described(.id(ids[2]), world).items.map(\.name) == ["2"])
    #expect(try await Self.described(.name("4"), world).items.map(\.id.text) == [ids[4]])
    var (found, marker): ([String], String?) = ([], nil)
    repeat {
      let page = try await Self.described(.all(after: marker), world, limit: 2)
      found += page.items.map(\.id.text)
      marker = page.next
    } while marker != nil
    #expect(found == ids.sorted())
    #expect(try await Self.described(.all(after: nil), world, limit: 5).next == nil)
    for (choice, text) in [(DescribeCustomKeyStores.Choice.id("cks-x"), "cks-x"), (.name("5"), "5")] {
      let query = DescribeCustomKeyStores(choice, in: Fixtures.keyring, limit: 1)
      #expect(try await Self.fault(query, world) == .notFound(text))
    }
  }

  // MARK: Connecting

  @Test func `connecting fails, because no proxy is in reach, and must be given up before the next attempt`()
    async throws
  {
    let world = try await World()
    let id = try await world.run(.createKeyStore()).text
    let store = World.reference(id)
    try await world.run(ConnectCustomKeyStore(store))
    let failed = KeyStoreConnection.failed(.proxyNotReachable)
    #expect(try await world.keyStore(id).connection == failed)
    #expect(try await Self.fault(ConnectCustomKeyStore(store), world) == .invalidState(id, failed))
    #expect(try await Self.fault(DeleteCustomKeyStore(store), world) == .invalidState(id, failed))
    try await world.run(DisconnectCustomKeyStore(store))
    #expect(try await world.keyStore(id).connection == .disconnected)
    #expect(
      try await Self.fault(DisconnectCustomKeyStore(store), world) == .invalidState(id, .disconnected))
    try await world.run(DeleteCustomKeyStore(store))
    #expect(try await world.keyStores().isEmpty)
    #expect(try await Self.fault(ConnectCustomKeyStore(store), world) == .notFound(id))
  }

  @Test func `connecting what is connected changes nothing`() async throws {
    let world = try await World()
    try await world.putKeyStore(.connected)
    let before = try await world.keyStores()
    try await world.run(ConnectCustomKeyStore(World.reference(World.keyStore.text)))
    #expect(try await world.keyStores() == before)
  }

  private static let connections: [KeyStoreConnection] = [
    .disconnected, .connecting, .connected, .failed(.proxyTimedOut), .disconnecting,
  ]

  @Test(arguments: connections)
  func `each operation is possible in the documented states alone`(connection: KeyStoreConnection)
    async throws
  {
    let world = try await World()
    let id = World.keyStore.text
    let attempts: [(any Operation, Set<KeyStoreConnection>)] = [
      (ConnectCustomKeyStore(World.reference(id)), [.disconnected, .connecting, .connected]),
      (
        DisconnectCustomKeyStore(World.reference(id)),
        [.connecting, .connected, .failed(.proxyTimedOut)]
      ),
      (UpdateCustomKeyStore.updateKeyStore(id, name: "n"), [.disconnected, .connected]),
      (UpdateCustomKeyStore.updateKeyStore(id, credential: .sample), [.disconnected, .connected]),
      (UpdateCustomKeyStore.updateKeyStore(id) { $0.path = "/y" }, [.disconnected, .connected]),
      (UpdateCustomKeyStore.updateKeyStore(id) { $0.endpoint = "https://z" }, [.disconnected]),
      (UpdateCustomKeyStore.updateKeyStore(id) { $0.connectivity = .publicEndpoint }, [.disconnected]),
      (DeleteCustomKeyStore(World.reference(id)), [.disconnected]),
    ]
    for (operation, possible) in attempts {
      try await world.putKeyStore(connection)
      let error = try await Self.failure(operation, world)
      let refusal = KMSError.customKeyStore(.invalidState(id, connection))
      #expect(error == (possible.contains(connection) ? nil : refusal), "\(operation.operation)")
    }
  }

  private static func failure(_ operation: any Operation, _ world: World) async throws -> KMSError? {
    do throws(KMSError) {
      _ = try await world.engine.run(operation, as: World.admin, from: world.origin())
      return nil
    } catch {
      return error
    }
  }

  // MARK: Changing

  @Test func `a change is all that changes`() async throws {
    let world = try await World()
    let id = try await world.run(.createKeyStore()).text
    let before = try await world.keyStore(id)
    let change = UpdateCustomKeyStore.updateKeyStore(id, name: "renamed") { $0.path = "/x/kms/xks/v1" }
    try await world.run(change)
    var expected = before
    expected.name = "renamed"
    expected.proxy.address.path = "/x/kms/xks/v1"
    expected.generation = 2
    #expect(try await world.keyStore(id) == expected)
    try await world.run(.updateKeyStore(id, credential: .sample))
    let after = try await world.keyStore(id)
    #expect(after.proxy.credential.secret != before.proxy.credential.secret && after.generation == 3)
    try await world.run(.updateKeyStore(id, name: "renamed"))
    #expect(try await world.keyStore(id) == after)
  }

  @Test func `a changed store stays apart from the others`() async throws {
    let world = try await World()
    let id = try await world.run(.createKeyStore()).text
    try await world.run(.createKeyStore("other", at: .sample("https://two.example", service: "svc")))
    #expect(try await Self.fault(.updateKeyStore(id, name: "other"), world) == .nameInUse("other"))
    let same = UpdateCustomKeyStore.updateKeyStore(id) { $0.endpoint = "https://two.example" }
    #expect(try await Self.fault(same, world) == .proxyURIInUse)
    let moved = UpdateCustomKeyStore.updateKeyStore(id) { change in
      change.endpoint = "https://two.example"
      change.path = "/x/kms/xks/v1"
    }
    #expect(try await Self.fault(moved, world) == .proxyEndpointInUse)
    let shared = UpdateCustomKeyStore.updateKeyStore(id) { change in
      change.endpoint = "https://three.example"
      change.connectivity = .endpointService
      change.service = .set("svc")
    }
    #expect(try await Self.fault(shared, world) == .endpointServiceInUse)
    #expect(
      try await Self.fault(.updateKeyStore(id, name: "x", describesCluster: true), world) == .takesNoCluster)
    #expect(try await world.keyStore(id).generation == 1)
  }

  // MARK: Rights and what else knows of stores

  private static let changes = [Trial.updateKeyStore, .deleteKeyStore, .connectKeyStore, .disconnectKeyStore]

  @Test(arguments: changes)
  func `somebody without the right learns nothing of a store, and reads nothing`(trial: Trial) async throws {
    let world = try await World()
    let store = CountingStore(over: world.house.store)
    let engine = world.house.coldEngine(over: store)
    let nobody = Fixtures.caller("nobody")
    #expect(try await trial.failure(world, as: nobody, on: engine)?.code == "denied")
    #expect(store.reads == 0)
    try await world.prepare(for: trial)
    #expect(try await trial.failure(world, as: nobody, on: engine)?.code == "denied")
  }

  @Test func `random bytes don't come from a custom key store`() async throws {
    let world = try await World()
    try await world.putKeyStore(.connected)
    func random(from text: String) -> GenerateRandom {
      GenerateRandom(account: Fixtures.account, count: 16, source: World.reference(text))
    }
    #expect(try await Self.fault(random(from: "cks-x"), world) == .notFound("cks-x"))
    let id = World.keyStore.text
    #expect(try await Self.fault(random(from: id), world) == .wrongType(id))
    #expect(world.engine.attempt(random(from: id), as: World.admin, from: world.origin()) == nil)
    let error = try await world.failure(of: random(from: id), as: Fixtures.caller("nobody"))
    #expect(error.code == "denied")
  }

  private static func create(_ material: KeyStorePlace.Material, in id: String, tags: [KMSDomain.Tag] = [])
    -> CreateKey
  {
    CreateKey(
      home: Fixtures.keyring, spec: .aes256, usages: [.encrypt, .decrypt], description: "", tags: tags,
      policy: nil, bypassesLockoutCheck: false, place: KeyStorePlace(World.reference(id), material: material))
  }

  @Test(arguments: connections)
  func `no key is made in a custom key store`(connection: KeyStoreConnection) async throws {
    let world = try await World()
    try await world.putKeyStore(connection)
    let before = try await Snapshot(world)
    let id = World.keyStore.text
    #expect(try await Self.fault(Self.create(.external("k"), in: "cks-x"), world) == .notFound("cks-x"))
    #expect(try await Self.fault(Self.create(.ofCluster, in: id), world) == .wrongType(id))
    let error = try await world.failure(of: Self.create(.external("k"), in: id))
    let refusal = KMSError.customKeyStore(.invalidState(id, connection))
    #expect(error == (connection == .connected ? .custodyUnavailable : refusal))
    #expect(try await Snapshot(world) == before)
    for missing in [Action.createKey, .tagResource] {
      let caller = Fixtures.caller("almost", policies: [.allBut(missing)])
      let tagged = Self.create(.external("k"), in: id, tags: [KMSDomain.Tag(key: "a", value: "b")])
      #expect(try await world.failure(of: tagged, as: caller).code == "denied")
    }
  }

  // MARK: Tampering

  @Test(arguments: [
    "name = X'41'", "connection = 3", "connection = 4", "connection = 9", "failure = 5", "failure = 99",
    "endpoint = CAST('https://evil.example' AS BLOB)", "path = X'2f'", "connectivity = 2", "connectivity = 9",
    "service = X'41'", "service_owner = X'41'", "access_key = X'41'", "secret = zeroblob(74)",
    "created_at = 1",
    "generation = 7", "code = zeroblob(32)", "region = CAST('eu-west-1' AS BLOB)", "id = X'41'",
    "id = CAST('cks-00000000000000000' AS BLOB)",
  ])
  func `an edited row is corrupt`(assignment: String) async throws {
    let world = try await World()
    try await world.run(.createKeyStore())
    #expect(try world.house.edit("UPDATE custom_key_stores SET \(assignment)") == 1)
    for region in ["eu-central-1", "eu-west-1"] {
      let keyring = Keyring(account: Fixtures.account, region: region, kind: .aws)
      guard try await Self.count(world, region) == 1 else { continue }
      let query = DescribeCustomKeyStores(.all(after: nil), in: keyring, limit: 1)
      #expect(try await world.failure(of: query) == .corrupt(.customKeyStore))
    }
  }

  private static func count(_ world: World, _ region: String) async throws -> Int {
    try world.house.edit(
      "UPDATE custom_key_stores SET region = region WHERE region = CAST('\(region)' AS BLOB)")
  }
}
