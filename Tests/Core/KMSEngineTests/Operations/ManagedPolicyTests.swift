import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

// One after the other: every world has files open.
@Suite(.serialized) struct ManagedPolicyTests {
  private static let nobody = Array("nobody".utf8)

  private static func version(_ number: Int) -> PolicyVersionName {
    PolicyVersionName(number: number, written: "v\(number)")
  }

  private static func policy(_ world: World) async throws -> IdentityRecord.ManagedPolicy {
    try await world.run(GetPolicy(World.own(World.reader), for: Fixtures.account)).policy
  }

  private static func list(
    _ scope: ListPolicies.Filter.Scope = .all, under path: String = "/", onlyAttached: Bool = false,
    usage: PolicyUsage? = nil, after marker: String? = nil, limit: Int = 100
  ) -> ListPolicies {
    ListPolicies(
      of: Fixtures.account,
      ListPolicies.Filter(scope: scope, path: path, onlyAttached: onlyAttached, usage: usage), after: marker,
      limit: limit)
  }

  @Test func `a sixth version is refused, and a number isn't given again`() async throws {
    let world = try await World()
    let further = CreatePolicyVersion(World.reader, document: Self.nobody, isDefault: false)
    for number in 3...5 { #expect(try await world.run(further).version.number == number) }
    #expect(try await world.failure(of: further) == .identity(.tooMany(.policyVersions, 5)))
    try await world.run(DeletePolicyVersion(World.reader, Self.version(5)))
    #expect(try await world.run(further).version.number == 6)
    #expect(try await Self.policy(world).versions.map(\.number) == [1, 2, 3, 4, 6])
  }

  @Test func `the version in force can be another but not be gone`() async throws {
    let world = try await World()
    #expect(
      try await world.failure(of: DeletePolicyVersion(World.reader, Self.version(1)))
        == .identity(.defaultVersion))
    try await world.run(SetDefaultPolicyVersion(World.reader, Self.version(2)))
    #expect(try await Self.policy(world).current?.number == 2)
    try await world.run(DeletePolicyVersion(World.reader, Self.version(1)))
    #expect(try await Self.policy(world).versions.map(\.number) == [2])
  }

  @Test func `a version that isn't there is named as it was written`() async throws {
    let world = try await World()
    let absent = PolicyVersionName(number: nil, written: "v1.x")
    let fault = KMSError.identity(.versionNotFound(policy: "policy:111122223333:reader", "v1.x"))
    #expect(try await world.failure(of: SetDefaultPolicyVersion(World.reader, absent)) == fault)
    #expect(try await world.failure(of: DeletePolicyVersion(World.reader, absent)) == fault)
    #expect(
      try await world.failure(
        of: GetPolicyVersion(World.own(World.reader), for: Fixtures.account, absent)) == fault)
  }

  @Test func `what every account has is told and isn't anybody's to change`() async throws {
    let world = try await World()
    let told = try await world.run(GetPolicy(World.builtIn, for: Fixtures.account))
    #expect(told.reference == .builtIn("policy:1") && told.policy.current?.document == Self.nobody)
    #expect(told.uses.attachments == 4, "the auditor's, and those of staff, bob and runner")
    let version = try await world.run(
      GetPolicyVersion(World.builtIn, for: Fixtures.account, Self.version(1)))
    #expect(version.isDefault)
    #expect(
      try await world.failure(of: GetPolicy(.builtIn("absent"), for: Fixtures.account))
        == .identity(.notFound(.policy, "absent")))
  }

  @Test func `uses are counted within the account`() async throws {
    let world = try await World()
    let told = try await world.run(GetPolicy(World.own(World.reader), for: Fixtures.account))
    #expect(told.uses.attachments == 1 && told.uses.boundaries == 0)
    let carriers = try await world.engine.desk.carriers(of: told.reference, in: Fixtures.otherAccount)
    #expect(carriers.isEmpty)
  }

  @Test func `lists go on where a part ended, from the account's own to those of all`() async throws {
    let world = try await World()
    let all = try await world.run(Self.list()).items.map(\.name)
    #expect(all == ["reader", "spare"] + (1...12).map { "policy:\($0)" })
    var found: [String] = []
    var marker: String?
    repeat {
      let part = try await world.run(Self.list(after: marker, limit: 3))
      #expect(part.items.count <= 3)
      found += part.items.map(\.name)
      marker = part.next
    } while marker != nil
    #expect(found == all)
  }

  @Test func `lists can be narrowed`() async throws {
    let world = try await World()
    func names(_ list: ListPolicies) async throws -> [String] { try await world.run(list).items.map(\.name) }
    #expect(try await names(Self.list(.own)) == ["reader", "spare"])
    #expect(try await names(Self.list(.own, under: "/a/")) == ["spare"])
    #expect(try await names(Self.list(.builtIn)).count == 12)
    #expect(try await names(Self.list(.own, onlyAttached: true)) == ["reader"])
    #expect(try await names(Self.list(.own, onlyAttached: true, usage: .permissions)) == ["reader"])
    #expect(try await names(Self.list(.own, usage: .boundary)).isEmpty)
  }

  @Test func `nobody is looked at for somebody without the right`() async throws {
    let world = try await World()
    let store = CountingStore(over: world.house.store)
    let engine = world.house.coldEngine(over: store)
    let operation = ListEntitiesForPolicy(
      World.builtIn, for: Fixtures.account,
      ListEntitiesForPolicy.Filter(kind: nil, path: "/", usage: nil), after: nil, limit: 10)
    await #expect(throws: KMSError.self) {
      try await engine.run(operation, as: Fixtures.caller("nobody"), from: world.origin())
    }
    #expect(store.reads == 0)
    #expect(try world.lastRecord().outcome == "denied")
    #expect(try await !engine.run(operation, as: World.admin, from: world.origin()).items.isEmpty)
  }

  @Test func `a policy that somebody carries stays`() async throws {
    let world = try await World()
    #expect(
      try await world.failure(of: DeleteIdentity(.deletePolicy, "DeletePolicy", World.reader))
        == .identity(.holds(.attachments)))
    let elsewhere = IdentityName(.policy, "spare", in: Fixtures.account, at: "/")
    #expect(
      try await world.failure(of: DeleteIdentity(.deletePolicy, "DeletePolicy", elsewhere))
        == .identity(.notFound(.policy, "policy:111122223333:spare")))
  }

  @Test func `documents are measured without white space, and by characters`() {
    #expect(ManagedPolicyRules.size(Array(" a\tb\r\nc ".utf8)) == 3)
    #expect(ManagedPolicyRules.size(Array("\u{fc}\u{fc}".utf8)) == 2)
  }

  @Test func `details of an account come in parts, each thing once`() async throws {
    let world = try await World()
    func describe(_ marker: String?, _ limit: Int) -> DescribeAuthorizations {
      DescribeAuthorizations(
        of: Fixtures.account, Set(DescribeAuthorizations.Section.allCases), after: marker, limit: limit)
    }
    func name(_ entity: DescribeAuthorizations.Entity) -> String {
      switch entity {
      case .carrier(let details): details.record.id.text
      case .policy(let policy): policy.resourceName
      }
    }
    let all = try await world.run(describe(nil, 100)).items.map(name)
    #expect(Set(all).count == all.count && all.contains("AIDAalice") && all.contains("policy:1"))
    #expect(!all.contains("policy:3"), "nobody carries it")
    var found: [String] = []
    var marker: String?
    repeat {
      let part = try await world.run(describe(marker, 2))
      found += part.items.map(name)
      marker = part.next
    } while marker != nil
    #expect(found == all)
    for nonsense in ["", "nonsense", "9/x", "x/y"] {
      #expect(try await world.failure(of: describe(nonsense, 2)) == .invalidMarker)
    }
  }
}
