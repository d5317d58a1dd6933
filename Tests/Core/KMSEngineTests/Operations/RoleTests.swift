import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

// One after the other: every world has files open.
@Suite(.serialized) struct RoleTests {
  private static let alice = "user:111122223333:alice"

  private static func create(
    trusting principal: String, seconds: Int = 3600, boundary: PolicyName? = nil
  ) -> CreateIdentity {
    CreateIdentity(
      .createRole, "CreateRole", IdentityName(.role, "new", in: Fixtures.account), path: "/a/",
      body: .role(
        IdentityRecord.Role(
          trust: Array("only \(principal)".utf8), description: "", maxSessionSeconds: seconds)),
      boundary: boundary)
  }

  private static func trusts(_ world: World, _ role: String = "new") async throws -> [PrincipalSet.Member] {
    let found = try await world.engine.desk.identity(IdentityName(.role, role, in: Fixtures.account))
    let policy = try #require(found.resource.trust)
    return policy.statements.flatMap { $0.principals?.members ?? [] }
  }

  /// Removes the user and makes another of the same name.
  private static func replaceAlice(_ world: World) async throws {
    let name = IdentityName(.user, "alice", in: Fixtures.account)
    try await world.run(DeleteIdentity(.deleteUser, "DeleteUser", name))
    try await world.run(
      CreateIdentity(.createUser, "CreateUser", name, path: "/", body: .user(IdentityRecord.User())))
  }

  @Test func `a role trusts whom its policy names, by the id that they have`() async throws {
    let world = try await World()
    let made = try await world.run(Self.create(trusting: Self.alice)).record
    guard case .role(let role) = made.body else {
      Issue.record("no role")
      return
    }
    #expect(role.trusted == [IdentityRecord.TrustedPrincipal(name: Self.alice, id: World.user)])
    #expect(try await Self.trusts(world) == [.named(Self.alice)])
  }

  @Test func `another who gets the name of somebody trusted isn't trusted`() async throws {
    let world = try await World()
    try await world.run(Self.create(trusting: Self.alice))
    try await Self.replaceAlice(world)
    #expect(try await Self.trusts(world).isEmpty)
    let role = IdentityName(.role, "new", in: Fixtures.account)
    try await world.run(UpdateAssumeRolePolicy(role, document: Array("only \(Self.alice)".utf8)))
    #expect(try await Self.trusts(world) == [.named(Self.alice)], "until somebody writes it again")
  }

  @Test func `names of this server that nobody has are refused, by both ways to a trust policy`() async throws
  {
    let world = try await World()
    let nobody = "user:111122223333:nobody"
    #expect(
      try await world.failure(of: Self.create(trusting: nobody)) == .identity(.unknownPrincipal(nobody)))
    let document = Array("only \(nobody)".utf8)
    #expect(
      try await world.failure(of: UpdateAssumeRolePolicy(World.idle, document: document))
        == .identity(.unknownPrincipal(nobody)))
  }

  @Test func `nobody is looked up for a policy that is too long anyway`() async throws {
    let world = try await World()
    let store = CountingStore(over: world.house.store)
    let engine = world.house.coldEngine(over: store)
    let name = "user:\(Fixtures.account.text):" + String(repeating: "x", count: 3000)
    let resolution = try await engine.desk.resolve(Array("only \(name)".utf8), for: Fixtures.account)
    #expect(store.reads == 0 && resolution.unknown == nil)
    _ = try await engine.desk.resolve(
      Array("only user:\(Fixtures.account.text):nobody".utf8), for: Fixtures.account)
    #expect(store.reads == 1)
  }

  @Test func `of other accounts only those that the server has are looked up`() async throws {
    let world = try await World()
    let stranger = "user:444455556666:stranger"
    try await world.run(Self.create(trusting: stranger))
    #expect(try await Self.trusts(world) == [.named(stranger)])
    let root = IdentityRecord(
      id: IdentityID("root2"), account: Fixtures.otherAccount, name: "root", createdAt: Fixtures.start,
      body: .root)
    try await world.house.store.commit(.addIdentity(world.engine.desk.seal(root)), outbox: nil)
    let document = Array("only \(stranger)".utf8)
    #expect(
      try await world.failure(of: UpdateAssumeRolePolicy(World.idle, document: document))
        == .identity(.unknownPrincipal(stranger)))
  }

  @Test func `somebody without the right isn't told who there is`() async throws {
    let world = try await World()
    for principal in ["user:111122223333:nobody", Self.alice] {
      let error = try await world.failure(
        of: Self.create(trusting: principal), as: Fixtures.caller("nobody"))
      #expect(error.code == "denied")
    }
  }

  @Test func `a boundary must be there`() async throws {
    let world = try await World()
    #expect(
      try await world.failure(of: Self.create(trusting: Self.alice, boundary: .builtIn("absent")))
        == .identity(.policyNotAttachable("absent")))
    let made = try await world.run(Self.create(trusting: Self.alice, boundary: World.own(World.reader)))
    #expect(made.record.carried.boundary == .own(IdentityID("ANPAreader")))
    #expect(made.boundary == "policy:111122223333:reader")
  }

  @Test func `what isn't given stays`() async throws {
    let world = try await World()
    func update(_ description: String?, _ seconds: Int?) -> UpdateRole {
      UpdateRole(
        .updateRole, "UpdateRole", World.auditor, description: description, maxSessionSeconds: seconds)
    }
    try await world.run(update("one", nil))
    try await world.run(update(nil, 7200))
    let record = try await world.run(update(nil, nil))
    guard case .role(let role) = record.body else {
      Issue.record("no role")
      return
    }
    #expect(role.description == "one" && role.maxSessionSeconds == 7200)
    #expect(role.carried.attached.count == 2, "it carries what it carried")
  }

  @Test func `a role that carries something stays`() async throws {
    let world = try await World()
    #expect(
      try await world.failure(of: DeleteIdentity(.deleteRole, "DeleteRole", World.auditor))
        == .identity(.holds(.attachedPolicies)))
  }

  @Test func `a name with another path leads nowhere`() async throws {
    let world = try await World()
    let elsewhere = IdentityName(.role, "idle", in: Fixtures.account, at: "/b/")
    #expect(
      try await world.failure(of: DeleteIdentity(.deleteRole, "DeleteRole", elsewhere))
        == .identity(.notFound(.role, "idle")))
  }
}
