import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

/// Names in key policies and grants mean those who had them when they were written.
// One after the other: every world has files open.
@Suite(.serialized) struct MeantPrincipalTests {
  private static let name = Fixtures.principal("alice")
  private static let first = Fixtures.caller("alice")
  /// Another user of the same name.
  private static func second(_ id: IdentityID) -> Caller {
    Caller(
      account: Fixtures.account, principal: name, principalID: id.text, userName: "alice", isRoot: false,
      credential: "AKIATEST", policies: [])
  }

  /// Removes the user and makes another of the same name.
  private static func replaceAlice(_ world: World) async throws -> Caller {
    let name = IdentityName(.user, "alice", in: Fixtures.account)
    try await world.run(DeleteIdentity(.deleteUser, "DeleteUser", name))
    let made = try await world.run(
      CreateIdentity(.createUser, "CreateUser", name, path: "/", body: .user(IdentityRecord.User())))
    return second(made.record.id)
  }

  private static func encrypts(_ world: World, _ caller: Caller) async throws -> Bool {
    do {
      try await world.run(Encrypt.encrypt(world.keyReference), as: caller)
      return true
    } catch KMSError.denied {
      return false
    }
  }

  private static func put(_ world: World, as caller: Caller = World.admin) async throws {
    try await world.run(
      PutKeyPolicy(world.keyReference, policy: Array("only \(name)".utf8), bypassesLockoutCheck: true),
      as: caller)
  }

  @Test func `a key's policy lets in whom it named, and nobody who gets that name later`() async throws {
    let world = try await World()
    try await Self.put(world)
    #expect(
      try await world.stored(world.key).meant
        == [IdentityRecord.TrustedPrincipal(name: Self.name, id: World.user)])
    #expect(try await Self.encrypts(world, Self.first))
    #expect(
      try await world.run(GetKeyPolicy(world.keyReference), as: Self.first) == Array("only \(Self.name)".utf8)
    )
    let newcomer = try await Self.replaceAlice(world)
    #expect(try await !Self.encrypts(world, newcomer), "warm")
    world.engine.desk.keys.forget(world.key.id)
    #expect(try await !Self.encrypts(world, newcomer), "cold")
    #expect(
      try await world.run(GetKeyPolicy(world.keyReference), as: Self.first)
        == Array("only \(World.user.text)".utf8), "whom the name meant is called by its own id")
  }

  @Test func `a key can be made with a policy that means somebody, and so can a replica`() async throws {
    let world = try await World()
    let policy = "only \(Self.name)"
    let key = try await world.run(
      .create(policy: policy, bypassesLockoutCheck: true, isMultiRegion: true)
    ).record
    #expect(key.meant.map(\.id) == [World.user])
    #expect(try await world.stored(key).meant == key.meant)
    let primary = try await world.run(.create(isMultiRegion: true)).record
    #expect(primary.meant.isEmpty)
    let replica = try await world.run(
      .replicate(World.reference(primary), policy: policy, bypassesLockoutCheck: true)
    ).record
    #expect(replica.meant == key.meant)
  }

  @Test func `names of nobody are taken as they are`() async throws {
    let world = try await World()
    let policy = "only \(Fixtures.principal("later"))"
    try await world.run(
      PutKeyPolicy(world.keyReference, policy: Array(policy.utf8), bypassesLockoutCheck: true))
    #expect(try await world.stored(world.key).meant.isEmpty)
    #expect(try await Self.encrypts(world, Fixtures.caller("later")))
  }

  @Test func `nobody is looked up for somebody who may not put a policy, or make a key`() async throws {
    let world = try await World()
    let store = CountingStore(over: world.house.store)
    let engine = world.house.coldEngine(over: store)
    let policy = Array("only \(Self.name)".utf8)
    func reads<Op: Operation>(_ operation: Op, _ caller: Caller) async -> Int {
      let before = store.reads
      _ = try? await engine.run(operation, as: caller, from: world.origin())
      return store.reads - before
    }
    let put = PutKeyPolicy(world.keyReference, policy: policy, bypassesLockoutCheck: true)
    _ = await reads(GetKeyPolicy(world.keyReference), Fixtures.caller("nobody"))
    #expect(await reads(put, Fixtures.caller("nobody")) == 0)
    let make = CreateKey.create(policy: String(decoding: policy, as: UTF8.self), bypassesLockoutCheck: true)
    #expect(await reads(make, Fixtures.caller("nobody")) == 0)
    #expect(await reads(put, World.admin) > 0)
  }

  @Test func `a grant is for whom it named, and for nobody who gets that name later`() async throws {
    let world = try await World()
    func terms(_ name: String = "") -> GrantTerms {
      GrantTerms(
        name: name, grantee: Self.name, retiring: Self.name, operations: GrantOperations([.encrypt]),
        constraints: .none, issuer: Fixtures.account)
    }
    func create(_ name: String = "") -> CreateGrant {
      CreateGrant(world.keyReference, terms: terms(name), isDryRun: false)
    }
    let made = try await world.run(create("twice"))
    #expect(try await world.run(create("twice")).grant == made.grant)
    #expect(try await Self.encrypts(world, Self.first))
    let newcomer = try await Self.replaceAlice(world)
    #expect(try await !Self.encrypts(world, newcomer))
    let retire = RetireGrant(.token(made.token), isDryRun: false)
    #expect(try await world.failure(of: retire, as: newcomer).code == "denied")
    // The same terms mean somebody else now: another grant.
    let other = try await world.run(create("twice"))
    #expect(other.grant != made.grant)
    #expect(try await Self.encrypts(world, newcomer))
    try await world.run(RetireGrant(.token(other.token), isDryRun: false), as: newcomer)
    #expect(try await !Self.encrypts(world, newcomer))
  }

  @Test func `an edited grant that means nobody any more is corrupt`() async throws {
    let world = try await World()
    let terms = GrantTerms(
      name: "", grantee: Self.name, retiring: nil, operations: GrantOperations([.encrypt]),
      constraints: .none, issuer: Fixtures.account)
    try await world.run(CreateGrant(world.keyReference, terms: terms, isDryRun: false))
    #expect(
      try world.house.edit("UPDATE grants SET grantee_id = NULL WHERE grantee_id IS NOT NULL") == 1)
    #expect(
      try await Trial.encrypt.failure(world, as: Self.first, on: world.house.coldEngine()) == .corrupt(.grant)
    )
  }
}
