import CustodySoftware
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct SeedTests {
  @discardableResult
  private func plant(_ seed: KeySeed, in world: World) async throws -> SeedKey.Answer {
    try await world.run(SeedKey(seed), as: .system)
  }

  private func stored(_ world: World, _ region: String = Fixtures.keyring.region) async throws -> KeyRecord {
    let home = Keyring(account: Fixtures.account, region: region, kind: .aws)
    let name = KeyName(.identifier, KeySeed.identifier, in: home)
    return try #require(try await world.house.store.key(named: name)).record
  }

  @Test func `a seeded key is a key like any other, with the ids that it was given`() async throws {
    let world = try await World()
    let seed = KeySeed.sample(rotationDays: 90)
    let answer = try await plant(seed, in: world)
    let key = try await stored(world)
    #expect(answer.made == [key.resourceName] && answer.left.isEmpty)
    #expect(key.id == seed.primary.id && key.current == seed.materials[0].version)
    #expect(key.origin == .generated && key.state == .active && key.description == "seeded")
    #expect(key.tags.map(\.key) == ["a", "b"])
    #expect(key.rotation == RotationSchedule(everyDays: 90, from: Fixtures.start))
    let record = try world.lastRecord()
    #expect(record.operation == "SeedKey" && record.who?.principal == "system")
    #expect(record.details?["keysMade"] == key.resourceName && record.details?["aliasesMade"] == "1")
    let alias = World.reference(KeyName(.alias, "alias/seeded", in: Fixtures.keyring))
    let sealed = try await world.run(.encrypt(alias)).ciphertext
    _ = try await world.run(.decrypt(sealed, key: KeySeed.reference))
    try await world.run(RotateKeyOnDemand(KeySeed.reference))
    #expect(try await plant(.sample(), in: world).left.isEmpty)
  }

  @Test func `what one house encrypted opens in another with the same seed, and only with the same material`()
    async throws
  {
    let (one, two, three) = (try await World(), try await World(), try await World())
    try await plant(.sample(), in: one)
    try await plant(.sample(), in: two)
    try await plant(.sample(materials: nil), in: three)
    let sealed = try await one.run(.encrypt(KeySeed.reference)).ciphertext
    #expect(try await two.run(.decrypt(sealed)).plaintext.bytes() == World.plaintext)
    #expect(try await three.failure(of: .decrypt(sealed)) == .invalidCiphertext)
  }

  @Test func `the last material protects, and the older ones still process`() async throws {
    let (old, new) = (try await World(), try await World())
    let newer = [UInt8](repeating: 9, count: 32)
    try await plant(.sample(), in: old)
    try await plant(.sample(materials: [KeySeed.bytes, newer]), in: new)
    let before = try await old.run(.encrypt(KeySeed.reference)).ciphertext
    #expect(try await new.run(.decrypt(before)).plaintext.bytes() == World.plaintext)
    let after = try await new.run(.encrypt(KeySeed.reference)).ciphertext
    #expect(try await old.failure(of: .decrypt(after)) == .invalidCiphertext)
  }

  @Test func `a seed that is planted already changes nothing, whatever happened to the key`() async throws {
    let world = try await World()
    try await plant(.sample(materials: nil), in: world)
    try await world.run(DisableKey(KeySeed.reference))
    try await world.run(UpdateKeyDescription(KeySeed.reference, description: "mine"))
    let before = try await stored(world)
    let answer = try await world.house.coldEngine().run(
      SeedKey(.sample(materials: nil, rotationDays: 90)), as: .system, from: world.origin())
    #expect(answer.made.isEmpty && answer.left.isEmpty)
    #expect(try await stored(world) == before)
  }

  @Test func `what is missing is added: aliases, and keys of further Regions`() async throws {
    let world = try await World()
    try await plant(.sample(isMultiRegion: true), in: world)
    let sealed = try await world.run(.encrypt(KeySeed.reference)).ciphertext
    let wider = KeySeed.sample(
      aliases: ["alias/seeded", "alias/more"], replicas: ["us-west-2", "us-east-1"])
    let answer = try await plant(wider, in: world)
    #expect(answer.made.count == 2 && answer.left.isEmpty)
    for region in ["us-west-2", "us-east-1", Fixtures.keyring.region] {
      #expect(try await stored(world, region).family?.replicaRegions == ["us-east-1", "us-west-2"])
      #expect(
        try await world.run(.decrypt(sealed, region: region)).plaintext.bytes() == World.plaintext)
    }
    let more = World.reference(KeyName(.alias, "alias/more", in: Fixtures.keyring))
    #expect(try await world.run(DescribeKey(more)).record.id == wider.primary.id)
    #expect(try await plant(.sample(isMultiRegion: true), in: world).made.isEmpty)
  }

  @Test(arguments: [
    (SeedContradiction.material, KeySeed.sample(materials: [[UInt8](2...33)])),
    (.material, .sample(materials: [KeySeed.bytes, [UInt8](2...33)])),
    (.spec, .sample(spec: .hmac256)),
    (.usages, .sample(usages: [.encrypt])),
    (.origin, .sample(origin: .imported)),
    (.identity, .sample(region: "us-west-2", replicas: [Fixtures.keyring.region])),
  ])
  func `a seed that is another key under the same name is refused, and nothing changes`(
    what: SeedContradiction, seed: KeySeed
  ) async throws {
    let world = try await World()
    try await plant(.sample(replicas: what == .identity ? ["us-west-2"] : []), in: world)
    let before = try await stored(world)
    #expect(try await world.failure(of: SeedKey(seed), as: .system) == .seedContradiction(what))
    #expect(try world.lastRecord().code == "seedContradiction." + what.rawValue)
    #expect(try await stored(world) == before)
  }

  @Test func `a key that waits for its end is left alone, and so is one that is gone`() async throws {
    let world = try await World()
    try await plant(.sample(), in: world)
    let name = try await stored(world).resourceName
    try await world.run(ScheduleKeyDeletion(KeySeed.reference, windowDays: 7))
    let wider = ["alias/seeded", "alias/more"]
    #expect(try await plant(.sample(aliases: wider), in: world).left == [.keyPendingDeletion(name)])
    world.house.clock.advance(seconds: 8 * 86_400)
    _ = try await DeletionJob(world.engine).runOnce()
    let before = try await stored(world)
    #expect(try await plant(.sample(aliases: wider), in: world).left == [.deletedKey(name)])
    #expect(try await stored(world) == before)
    #expect(
      try await world.failure(of: SeedKey(.sample(spec: .hmac256)), as: .system)
        == .seedContradiction(.spec))
  }

  @Test func `an alias that stands for another key stays with it`() async throws {
    let world = try await World()
    let answer = try await plant(.sample(aliases: ["alias/one"]), in: world)
    #expect(answer.left == [.movedAlias("alias/one")] && answer.made.count == 1)
    #expect(try await world.run(DescribeKey(World.reference(World.one))).record.id == world.key.id)
  }

  @Test func `a key of somebody's own material waits until that is brought`() async throws {
    let world = try await World()
    try await plant(.sample(origin: .imported, materials: nil), in: world)
    #expect(try await stored(world).state == .pendingImport)
    try await world.bring(KeySeed.bytes, into: KeySeed.reference)
    #expect(try await stored(world).state == .active)
    #expect(try await plant(.sample(origin: .imported), in: world).left.isEmpty)
  }

  @Test func `nothing of the material is in the log`() async throws {
    let world = try await World()
    try await plant(.sample(materials: [Array("attack at dawn, thirty-two bytes".utf8)]), in: world)
    #expect(try !world.house.logText().contains("attack at dawn"))
  }

  @Test func `an access key comes with its principal, and again with the same secret only`() async throws {
    let world = try await World()
    func seed(
      _ secret: [UInt8], for principal: IdentityRecord = .seeded, id: String = "test"
    ) -> SeedAccessKey {
      SeedAccessKey(id, secret: .of(secret), for: principal, vault: world.house.custody)
    }
    try await world.run(seed([1, 2, 3]), as: .system)
    let stored = try #require(try await world.house.store.accessKey("test"))
    #expect(stored.record.principal == IdentityRecord.seeded.id)
    #expect(try await world.house.store.identity(IdentityRecord.seeded.id) != nil)
    try await world.run(seed([1, 2, 3]), as: .system)
    try await world.run(seed([4], id: "more"), as: .system)
    #expect(try await world.house.store.accessKey("test") == stored)
    #expect(
      try await world.failure(of: seed([1, 2, 4]), as: .system) == .seedContradiction(.accessKeySecret))
    let user = try #require(try await world.house.store.identity(World.user)).record
    #expect(
      try await world.failure(of: seed([1, 2, 3], for: user), as: .system)
        == .seedContradiction(.accessKeyOwner))
    #expect(try await world.house.store.accessKey("test") == stored)
  }
}
