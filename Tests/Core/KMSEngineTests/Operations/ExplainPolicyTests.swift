import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ExplainPolicyTests {
  private static func question(
    _ world: World, _ action: Action = .encrypt, by name: String = "alice", context: EncryptionContext? = nil
  ) -> ExplainPolicy {
    ExplainPolicy(
      ExplainPolicy.Question(
        .identity(IdentityName(.user, name, in: Fixtures.account)), action, on: world.keyReference,
        in: Fixtures.keyring.region, context: context, assumed: AssumedContext([:])))
  }

  private static func user(
    _ name: String, _ id: String, policy: String? = nil
  ) -> IdentityRecord {
    IdentityRecord(
      id: IdentityID(id), account: Fixtures.account, name: name, createdAt: Fixtures.start,
      body: .user(
        IdentityRecord.User(
          carried: IdentityRecord.Carried(
            inline: policy.map { [IdentityRecord.InlinePolicy(name: "own", document: Array($0.utf8))] } ?? [])
        )
      ))
  }

  private static func add(_ record: IdentityRecord, to world: World) async throws {
    try await world.house.store.commit(.addIdentity(world.engine.desk.seal(record)), outbox: nil)
  }

  @Test func `what is missing is told, with everything that was looked at`() async throws {
    let world = try await World()
    let answer = try await world.run(Self.question(world, by: "bob"), as: .system)
    #expect(answer.principal == "user:111122223333:bob" && answer.resource == world.key.resourceName)
    let decision = answer.explanation.decision
    #expect(!decision.isAllowed && decision.ground == .noIdentityStatement)
    #expect(answer.explanation.statements.map(\.source) == [.key])
    #expect(answer.explanation.statements.map(\.matches) == [true])
    #expect(answer.documents[.key] == world.key.policy)
    #expect(answer.documents[.identity("inline")] == Array("nobody".utf8))
    #expect(try world.lastRecord().details == ["action": "encrypt"])
  }

  @Test func `the statement that decides is told, and its document`() async throws {
    let world = try await World()
    try await Self.add(Self.user("carol", "AIDACAROL", policy: "account 111122223333"), to: world)
    let answer = try await world.run(Self.question(world, by: "carol"), as: .system)
    #expect(answer.explanation.decision.ground == .identityPolicy(policy: "own", statement: "#1"))
    #expect(answer.documents[.identity("own")] == Array("account 111122223333".utf8))
    #expect(answer.obstacle == nil)
  }

  @Test func `policies of groups are looked at under the group's name`() async throws {
    let world = try await World()
    let before = try await world.identity(.group, "empty")
    var group = before
    group.carried.inline = [
      IdentityRecord.InlinePolicy(name: "all", document: Array("account 111122223333".utf8))
    ]
    var carol = Self.user("carol", "AIDACAROL")
    carol.body = .user(IdentityRecord.User(groups: [group.id]))
    try await world.house.store.commit(
      .together([
        .updateIdentity(world.engine.desk.seal(group.advanced()), expecting: before.generation),
        .addIdentity(world.engine.desk.seal(carol)),
      ]), outbox: nil)
    let answer = try await world.run(Self.question(world, by: "carol"), as: .system)
    #expect(answer.explanation.decision.ground == .identityPolicy(policy: "empty/all", statement: "#1"))
    #expect(answer.documents[.identity("empty/all")] == Array("account 111122223333".utf8))
  }

  @Test func `grants to the principal are looked at`() async throws {
    let world = try await World()
    try await Self.add(Self.user("grantee", "AIDAGRANTEE"), to: world)
    let allowed = try await world.run(Self.question(world, .decrypt, by: "grantee"), as: .system)
    #expect(allowed.explanation.decision.ground == .grant(world.grant.grant))
    #expect(allowed.explanation.grants.map(\.coversAction) == [true])
    let other = try await world.run(Self.question(world, .generateDataKey, by: "grantee"), as: .system)
    #expect(other.explanation.decision.ground == .noIdentityStatement)
    #expect(other.explanation.grants.map(\.coversAction) == [false])
  }

  @Test func `a role stands for a session of it`() async throws {
    let world = try await World()
    let role = IdentityRecord(
      id: IdentityID("AROAROLE"), account: Fixtures.account, name: "deploy", createdAt: Fixtures.start,
      body: .role(
        IdentityRecord.Role(
          carried: IdentityRecord.Carried(inline: [
            IdentityRecord.InlinePolicy(name: "own", document: Array("account 111122223333".utf8))
          ]), trust: Array("nobody".utf8), description: "", maxSessionSeconds: 3600)))
    try await Self.add(role, to: world)
    let answer = try await world.run(
      ExplainPolicy(
        ExplainPolicy.Question(
          .session(IdentityName(.role, "deploy", in: Fixtures.account), name: "job"), .encrypt,
          on: world.keyReference, in: Fixtures.keyring.region, context: nil, assumed: AssumedContext([:]))),
      as: .system)
    #expect(answer.principal == "role:111122223333:deploy@job")
    #expect(answer.explanation.decision.isAllowed)
  }

  @Test func `a key that couldn't be used is told apart from a right that isn't there`() async throws {
    let world = try await World()
    try await Self.add(Self.user("carol", "AIDACAROL", policy: "account 111122223333"), to: world)
    try await world.put(world.key, in: .suspended)
    let answer = try await world.run(Self.question(world, by: "carol"), as: .system)
    #expect(answer.explanation.decision.isAllowed)
    #expect(answer.obstacle == .keyDisabled(world.key.resourceName))
  }

  @Test func `nobody and nothing can't be explained`() async throws {
    let world = try await World()
    #expect(
      try await world.failure(of: Self.question(world, by: "nobody"), as: .system)
        == .identity(.notFound(.user, "nobody")))
    let absent = KeyReference(
      .name(KeyName(.identifier, "absent", in: Fixtures.keyring)), asWritten: "absent")
    let question = ExplainPolicy.Question(
      .identity(IdentityName(.user, "alice", in: Fixtures.account)), .encrypt, on: absent,
      in: Fixtures.keyring.region, context: nil, assumed: AssumedContext([:]))
    #expect(try await world.failure(of: ExplainPolicy(question), as: .system) == .keyNotFound("absent"))
  }

  @Test func `policies are tried by a worker, as slow work is`() async throws {
    let world = try await World()
    let operation = SimulatePolicies<Int>(in: Fixtures.account) { _ throws(KMSError) in 1 }
    #expect(operation.isSlow(try await operation.prepare(world.engine.desk)))
    #expect(try await world.run(operation) == 1)
  }
}
