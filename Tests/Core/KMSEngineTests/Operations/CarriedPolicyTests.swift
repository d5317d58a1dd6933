import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct CarriedPolicyTests {
  private static let alice = World.name(.user, "alice")

  private static func put(_ name: String, _ document: String, to identity: IdentityName = alice)
    -> PutInlinePolicy
  {
    PutInlinePolicy(
      .putUserPolicy, "PutUserPolicy", identity, policy: .init(name: name, document: Array(document.utf8)))
  }

  private static func attach(_ policy: PolicyName, to identity: IdentityName = alice) -> AttachPolicy {
    AttachPolicy(.attachUserPolicy, "AttachUserPolicy", identity, policy: policy)
  }

  @Test func `a policy takes the place of the one that had its name`() async throws {
    let world = try await World()
    try await world.run(Self.put("one", "nobody"))
    try await world.run(Self.put("two", "nobody"))
    try await world.run(Self.put("one", "only x"))
    let inline = try await world.identity(.user, "alice").carried.inline
    #expect(inline.map(\.name) == ["one", "two"])
    #expect(inline.first?.document == Array("only x".utf8))
    #expect(try world.lastRecord().details == ["policy": "one"])
  }

  @Test func `what isn't a policy isn't kept`() async throws {
    let world = try await World()
    #expect(try await world.failure(of: Self.put("one", "nonsense")) == .malformedPolicy("unknown word"))
    #expect(try await world.identity(.user, "alice").carried.inline.isEmpty)
  }

  @Test(arguments: [("user", IdentityKind.user, 2048), ("group", .group, 5120), ("role", .role, 10_240)])
  func `policies of one's own have room together, white space apart`(
    label: String, kind: IdentityKind, most: Int
  ) async throws {
    let world = try await World()
    let name = ["user": "alice", "group": "empty", "role": "runner"][label] ?? ""
    let identity = World.name(kind, name)
    let used = kind == .role ? "nobody".count : 0
    // "only" and a name; ü is one character in two bytes.
    let first = "only " + String(repeating: "ü", count: 100) + String(repeating: " \t\n", count: 1000)
    try await world.run(Self.put("first", first + "x", to: identity))
    let left = most - used - 105
    try await world.run(Self.put("second", "only " + String(repeating: "y", count: left - 4), to: identity))
    let tooLong = Self.put("second", "only " + String(repeating: "y", count: left - 3), to: identity)
    #expect(
      try await world.failure(of: tooLong) == .identity(.inlinePoliciesTooLong(kind, name, most: most)))
  }

  @Test func `an absent policy or identity is told as such`() async throws {
    let world = try await World()
    let get = GetInlinePolicy(.getUserPolicy, "GetUserPolicy", Self.alice, policy: "none")
    #expect(try await world.failure(of: get) == .identity(.inlinePolicyNotFound(.user, "none")))
    let delete = DeleteInlinePolicy(.deleteUserPolicy, "DeleteUserPolicy", Self.alice, policy: "none")
    #expect(try await world.failure(of: delete) == .identity(.inlinePolicyNotFound(.user, "none")))
    let nobody = World.name(.user, "nobody")
    #expect(
      try await world.failure(of: Self.put("x", "nobody", to: nobody))
        == .identity(.notFound(.user, "nobody")))
    let boundary = DeletePermissionsBoundary(.deleteUserPermissionsBoundary, "Delete", Self.alice)
    #expect(try await world.failure(of: boundary) == .identity(.boundaryNotFound("alice")))
  }

  @Test func `ten policies can be attached, each once`() async throws {
    let world = try await World()
    for number in 1...10 { try await world.run(Self.attach(.builtIn("policy:\(number)"))) }
    try await world.run(Self.attach(.builtIn("policy:10")))
    #expect(
      try await world.failure(of: Self.attach(.builtIn("policy:11")))
        == .identity(.tooMany(.policiesOfUser, 10)))
    let list = ListAttachedPolicies(
      .listAttachedUserPolicies, "List", Self.alice, under: "/", after: 8, limit: 1)
    let page = try await world.run(list)
    #expect(page.items.map(\.resource) == ["policy:9"] && page.next == "9")
  }

  @Test func `only policies that are there can be attached or be a boundary`() async throws {
    let world = try await World()
    for policy in [
      PolicyName.builtIn("policy:99"), .foreign("policy:1"), .own(World.name(.policy, "x"), path: "/"),
    ] {
      let name = world.engine.desk.vocabulary.name(of: policy)
      #expect(
        try await world.failure(of: Self.attach(policy)) == .identity(.policyNotAttachable(name)))
      let boundary = PutPermissionsBoundary(
        .putUserPermissionsBoundary, "Put", Self.alice, policy: policy)
      #expect(try await world.failure(of: boundary) == .identity(.policyNotAttachable(name)))
      let detach = DetachPolicy(.detachUserPolicy, "Detach", Self.alice, policy: policy)
      #expect(try await world.failure(of: detach) == .identity(.policyNotAttached(name)))
    }
  }

  @Test func `a policy of the account is found by its name and its path, and stays while it is carried`()
    async throws
  {
    let world = try await World()
    let name = World.name(.policy, "reading")
    let version = IdentityRecord.ManagedPolicy.Version(
      number: 1, document: Array("nobody".utf8), createdAt: Fixtures.start)
    let body = IdentityRecord.ManagedPolicy(
      description: "", versions: [version], defaultVersion: 1, nextVersion: 2, updatedAt: Fixtures.start)
    try await world.run(
      CreateIdentity(.createPolicy, "CreatePolicy", name, path: "/a/", body: .policy(body)))
    #expect(
      try await world.failure(of: Self.attach(.own(name, path: "/"))).code == "identity.policyNotAttachable")
    try await world.run(Self.attach(.own(name, path: "/a/")))
    let list = ListAttachedPolicies(
      .listAttachedUserPolicies, "List", Self.alice, under: "/a", after: 0, limit: 10)
    #expect(try await world.run(list).items.map(\.name) == ["reading"])
    let delete = DeleteIdentity(.deletePolicy, "DeletePolicy", name)
    #expect(try await world.failure(of: delete) == .identity(.holds(.attachments)))
    try await world.run(
      DetachPolicy(.detachUserPolicy, "Detach", Self.alice, policy: .own(name, path: "/a/")))
    try await world.run(
      PutPermissionsBoundary(
        .putUserPermissionsBoundary, "Put", Self.alice, policy: .own(name, path: "/a/")))
    #expect(try await world.failure(of: delete) == .identity(.holds(.attachments)))
    let get = GetIdentity(.getUser, "GetUser", Self.alice)
    #expect(try await world.run(get).boundary == "policy:111122223333:reading")
    try await world.run(DeletePermissionsBoundary(.deleteUserPermissionsBoundary, "Delete", Self.alice))
    try await world.run(delete)
  }

  @Test func `a user can begin with a boundary, if there is such a policy`() async throws {
    let world = try await World()
    func create(_ boundary: String) -> CreateIdentity {
      CreateIdentity(
        .createUser, "CreateUser", World.name(.user, "carol"), path: "/", body: .user(IdentityRecord.User()),
        boundary: .builtIn(boundary))
    }
    #expect(
      try await world.failure(of: create("policy:99")) == .identity(.policyNotAttachable("policy:99")))
    #expect(try await world.run(create("policy:1")).boundary == "policy:1")
    #expect(try await world.identity(.user, "carol").carried.boundary == .builtIn("policy:1"))
  }
}
