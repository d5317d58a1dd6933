import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// A key that is at home in AWS is looked at over KMIP by AWS's right, an object of KMIP by KMIP's.
// One after the other: every world has files open.
@Suite(.serialized) struct HomeRightsTests {
  private static let reading: [Action] = [.getAttributes, .getAttributeList]
  private static let looking = reading + [.checkObject]

  private static func caller(_ actions: [Action]) -> Caller {
    Fixtures.caller("alice", policies: [.only(actions)])
  }

  private static func read(_ key: KeyRecord, _ action: Action) -> ReadObjects {
    ReadObjects("Read", action, of: [World.reference(key)], digests: reading.contains(action))
  }

  private static func found(_ world: World, as caller: Caller) async throws -> Set<KeyID> {
    let search = LocateObjects(
      in: World.objects, by: [1], includesPlainKeys: true, offset: 0, limit: 10, as: caller,
      from: world.origin(), matches: { _ in true })
    return Set(try await world.run(search, as: caller).objects.map(\.record.id))
  }

  private static func object(in world: World) async throws -> KeyRecord {
    let work = ObjectWork("Make", in: World.objects, making: [.createKey]) { _ in
      var object = World.object(.symmetricKey, .aes256, .generated(length: nil))
      object.terms = [1]
      return ObjectPlan(makes: [object])
    }
    return try await world.run(work).made[0].record
  }

  @Test(arguments: looking)
  func `the right to describe a key is the right to read its attributes, and no other is`(
    _ action: Action
  ) async throws {
    let world = try await World()
    let seen = try await world.run(Self.read(world.key, action), as: Self.caller([.describeKey]))
    #expect(seen.map(\.key.record.id) == [world.key.id])
    let demand = try #require(try world.lastRecord().demands?.first)
    #expect(demand.action == "describeKey")
    let others = Fixtures.caller("alice", policies: [.allBut(.describeKey)])
    #expect(try await world.failure(of: Self.read(world.key, action), as: others).code == "denied")
  }

  @Test(arguments: reading) func `it tells nothing of the material`(_ action: Action) async throws {
    let world = try await World()
    let seen = try await world.run(Self.read(world.key, action))
    #expect(seen.map(\.digest) == [nil])
    let object = try await Self.object(in: world)
    #expect(try await world.run(Self.read(object, action)).first?.digest?.count == 32)
  }

  @Test(arguments: looking)
  func `objects of KMIP keep KMIP's rights`(_ action: Action) async throws {
    let world = try await World()
    let object = try await Self.object(in: world)
    #expect(try await world.run(Self.read(object, action), as: Self.caller([action])).count == 1)
    let describing = Self.caller([.describeKey])
    #expect(try await world.failure(of: Self.read(object, action), as: describing).code == "denied")
  }

  @Test func `a search finds what each home lets the caller look at`() async throws {
    let world = try await World()
    let object = try await Self.object(in: world)
    let keys: Set = [world.key.id, world.other.id]
    #expect(try await Self.found(world, as: Self.caller([.locateObjects, .describeKey])) == keys)
    #expect(try await Self.found(world, as: Self.caller([.locateObjects, .getAttributes])) == [object.id])
    #expect(try await Self.found(world, as: Self.caller([.locateObjects])).isEmpty)
    #expect(try await Self.found(world, as: World.admin) == keys.union([object.id]))
  }

  @Test func `a grant to describe a key makes it visible to whom it names`() async throws {
    let world = try await World()
    let alice = Self.caller([.locateObjects])
    let terms = GrantTerms(
      name: "", grantee: alice.principal, retiring: nil, operations: GrantOperations([.describeKey]),
      constraints: .none, issuer: Fixtures.account)
    try await world.run(CreateGrant(world.keyReference, terms: terms, isDryRun: false))
    #expect(try await Self.found(world, as: alice) == [world.key.id])
    #expect(try await world.run(Self.read(world.key, .getAttributes), as: alice).count == 1)
    let bob = Fixtures.caller("bob", policies: [.only([.locateObjects])])
    #expect(try await Self.found(world, as: bob).isEmpty)
  }

  @Test func `another account's key stays invisible, whatever its policies say`() async throws {
    let world = try await World()
    let stranger = Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.administrator])
    let home = Keyring(account: Fixtures.otherAccount, region: Fixtures.keyring.region, kind: .kmip)
    let search = LocateObjects(
      in: home, by: [1], includesPlainKeys: true, offset: 0, limit: 10, as: stranger, from: world.origin(),
      matches: { _ in true })
    #expect(try await world.run(search, as: stranger).objects.isEmpty)
  }
}
