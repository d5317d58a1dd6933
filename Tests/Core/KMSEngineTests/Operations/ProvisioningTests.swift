import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ProvisioningTests {
  private static func describe(_ world: World, _ name: String = "alice") async throws
    -> DescribeIdentity.Answer
  {
    try await world.run(DescribeIdentity(.user, name, in: Fixtures.account), as: .system)
  }

  @Test func `a user comes with policies and an access key in one change`() async throws {
    let world = try await World()
    let made = try await world.run(
      SetUpUser("app", in: Fixtures.account, .readyMade(["policy:1"]), withAccessKey: true), as: .system)
    #expect(made.user.carried.attached == [.builtIn("policy:1")])
    let key = try #require(made.accessKey)
    #expect(key.secret.count == 40)
    #expect(try world.lastRecord().details == ["accessKey": key.record.id])
    let described = try await Self.describe(world, "app")
    #expect(described.record == made.user && described.accessKeys == [key.record])
  }

  @Test func `a policy for a few keys is written from what policies call them`() async throws {
    let world = try await World()
    let user = try await world.run(
      SetUpUser(
        "app", in: Fixtures.account,
        .limited(to: World.reference(World.one), World.reference(World.two), world.keyReference),
        withAccessKey: false), as: .system
    ).user
    let text = "nobody but \(world.key.resourceName) \(world.other.resourceName)"
    #expect(user.carried.inline.map(\.document) == [Array(text.utf8)])
    #expect(user.carried.attached.isEmpty)
  }

  @Test func `a key that isn't there leaves no user behind`() async throws {
    let world = try await World()
    let absent = World.reference(KeyName(.alias, "alias/absent", in: Fixtures.keyring))
    let error = try await world.failure(
      of: SetUpUser("app", in: Fixtures.account, .limited(to: absent), withAccessKey: true), as: .system)
    #expect(error == .aliasNotFound("alias/absent"))
    #expect(
      try await world.failure(
        of: DescribeIdentity(.user, "app", in: Fixtures.account), as: .system)
        == .identity(.notFound(.user, "app")))
  }

  @Test func `a name that is taken is refused, in whatever case`() async throws {
    let world = try await World()
    let error = try await world.failure(
      of: SetUpUser("ALICE", in: Fixtures.account, .readyMade([]), withAccessKey: true), as: .system)
    #expect(error == .identity(.exists(.user, "ALICE")))
  }

  @Test func `what is given twice is there once, and other keys replace those of before`() async throws {
    let world = try await World()
    let attached = GivePolicies(
      .readyMade(["policy:1"]), to: .user, "alice", in: Fixtures.account)
    try await world.run(attached, as: .system)
    let again = try await world.run(attached, as: .system)
    #expect(again.carried.attached == [.builtIn("policy:1")] && again.generation == 1)
    for key in [world.keyReference, world.otherReference] {
      try await world.run(
        GivePolicies(.limited(to: key), to: .user, "alice", in: Fixtures.account), as: .system)
    }
    let carried = try await Self.describe(world).record.carried
    #expect(carried.inline.map(\.document) == [Array("nobody but \(world.other.resourceName)".utf8)])
    #expect(carried.attached == [.builtIn("policy:1")])
  }

  @Test func `there is an end to how long policies for single keys get`() async throws {
    let world = try await World()
    let long = GivePolicies(
      .limited(to: [world.keyReference]) { _ in
        [
          IdentityRecord.InlinePolicy(
            name: "inline", document: Array("nobody ".utf8) + [UInt8](repeating: 0x78, count: 2048))
        ]
      }, to: .user, "alice", in: Fixtures.account)
    #expect(
      try await world.failure(of: long, as: .system)
        == .identity(.inlinePoliciesTooLong(.user, "alice", most: 2048)))
    let many = GivePolicies(
      .readyMade((1...11).map { "policy:\($0)" }), to: .user, "alice", in: Fixtures.account)
    #expect(try await world.failure(of: many, as: .system) == .identity(.tooMany(.policiesOfUser, 10)))
    let unknown = GivePolicies(.readyMade(["policy:13"]), to: .user, "alice", in: Fixtures.account)
    #expect(try await world.failure(of: unknown, as: .system) == .identity(.policyNotAttachable("policy:13")))
  }

  @Test func `a role that is taken away is gone in both forms, and can't be taken twice`() async throws {
    let world = try await World()
    let take = TakePolicies(
      "policy:1", orInline: "inline", from: .user, "bob", in: Fixtures.account)
    let left = IdentityRecord.Carried(boundary: .builtIn("policy:2"))
    #expect(try await world.run(take, as: .system).carried == left)
    #expect(try await world.failure(of: take, as: .system) == .identity(.policyNotAttached("policy:1")))
  }

  @Test func `a description has groups by name and access keys without secrets`() async throws {
    let world = try await World()
    let described = try await Self.describe(world, "bob")
    #expect(described.related.map(\.name) == ["staff"])
    #expect(described.accessKeys.map(\.id) == [World.bobsKey])
    #expect(described.certificates.map(\.fingerprint) == [World.bobsCertificate])
  }

  @Test func `a user goes with everything it has, and its access key doesn't sign any more`() async throws {
    let world = try await World()
    try await world.run(RemoveIdentity(.user, "bob", in: Fixtures.account), as: .system)
    #expect(
      try world.lastRecord().details
        == [
          "accessKeys": World.bobsKey, "certificates": World.bobsCertificate.hex,
          "applications": World.application.clientID.text,
        ])
    #expect(try await world.house.store.clientCertificate(World.bobsCertificate) == nil)
    #expect(try await world.house.store.accessKey(World.bobsKey) == nil)
    #expect(try await world.house.store.identity(World.bob) == nil)
    #expect(try await world.identity(.group, "staff").carried == World.carried)
    #expect(
      try await world.failure(of: RemoveIdentity(.user, "bob", in: Fixtures.account), as: .system)
        == .identity(.notFound(.user, "bob")))
  }
}

@Suite(.serialized) struct RoleProvisioningTests {
  private static func role(
    _ name: String, _ trust: SetUpRole.Trust,
    write: @escaping @Sendable (TrustedParty) -> [UInt8] = { _ in Array("nobody".utf8) }
  ) -> SetUpRole {
    SetUpRole(name, in: Fixtures.account, trusting: trust, write: write, .readyMade([]))
  }

  private static func provider(_ world: World) async throws -> IdentityRecord? {
    try await world.house.store.identity(
      named: IdentityName(.provider, "issuer.test", in: Fixtures.account))?.record
  }

  @Test func `an issuer becomes known with its first role, and learns further audiences with later ones`()
    async throws
  {
    let world = try await World()
    for (name, audience) in [("one", "a"), ("two", "b"), ("three", "b")] {
      let trust = SetUpRole.Trust.tokens(issuer: "issuer.test", audiences: [audience], subjects: ["*"])
      try await world.run(Self.role(name, trust), as: .system)
    }
    let provider = try #require(try await Self.provider(world))
    #expect(provider.body == .provider(IdentityRecord.Provider(clientIDs: ["a", "b"], thumbprints: [])))
    #expect(provider.generation == 1)
    let lacking = Fixtures.caller("almost", policies: [.allBut(.addClientIDToOpenIDConnectProvider)])
    let trust = SetUpRole.Trust.tokens(issuer: "issuer.test", audiences: ["c"], subjects: ["*"])
    #expect(try await world.failure(of: Self.role("four", trust), as: lacking).code == "denied")
  }

  @Test func `a role trusts who was named, as policies call them`() async throws {
    let world = try await World()
    let write: @Sendable (TrustedParty) -> [UInt8] = { party in
      guard case .principal(let name) = party else { return [] }
      return Array("only \(name)".utf8)
    }
    let one = try await world.run(Self.role("one", .user("Alice"), write: write), as: .system)
    let two = try await world.run(Self.role("two", .account, write: write), as: .system)
    let trusts = [one, two].map { record -> String in
      guard case .role(let role) = record.body else { return "" }
      return String(decoding: role.trust, as: UTF8.self)
    }
    #expect(trusts == ["only user:111122223333:alice", "only root:111122223333"])
    guard case .role(let role) = one.body else { throw Surprise("a role is none") }
    let alice = IdentityRecord.TrustedPrincipal(name: "user:111122223333:alice", id: World.user)
    #expect(role.trusted == [alice], "somebody else who is called so later isn't trusted")
    #expect(
      try await world.failure(of: Self.role("three", .user("nobody"), write: write), as: .system)
        == .identity(.notFound(.user, "nobody")))
  }

  @Test func `a trust that is no policy leaves nothing behind`() async throws {
    let world = try await World()
    let trust = SetUpRole.Trust.tokens(issuer: "issuer.test", audiences: ["a"], subjects: ["*"])
    let error = try await world.failure(
      of: Self.role("one", trust, write: { _ in Array("nonsense".utf8) }), as: .system)
    #expect(error == .malformedPolicy("unknown word"))
    #expect(try await Self.provider(world) == nil)
  }
}
