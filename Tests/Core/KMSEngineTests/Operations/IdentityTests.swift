import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

private typealias Tag = KMSDomain.Tag

// One after the other: every world has files open.
@Suite(.serialized) struct IdentityTests {
  private static let alice = World.name(.user, "alice")
  private static let bob = World.name(.user, "bob")

  private static func rename(_ user: IdentityName, to name: String?, path: String? = nil) -> UpdateIdentity {
    UpdateIdentity(.updateUser, "UpdateUser", user, newName: name, newPath: path)
  }

  @Test func `a user keeps everything but its name`() async throws {
    let world = try await World()
    let before = try await world.identity(.user, "bob")
    try await world.run(Self.rename(Self.bob, to: "Robert", path: "/staff/"))
    let after = try await world.identity(.user, "robert")
    #expect(after.id == before.id && after.body == before.body && after.tags == before.tags)
    #expect(after.name == "Robert" && after.path == "/staff/")
    #expect(try await world.house.store.identity(named: Self.bob) == nil)
  }

  @Test func `a name can change its case but not become another's`() async throws {
    let world = try await World()
    try await world.run(Self.rename(Self.bob, to: "BOB"))
    #expect(try await world.identity(.user, "bob").name == "BOB")
    #expect(
      try await world.failure(of: Self.rename(Self.bob, to: "Alice")) == .identity(.exists(.user, "Alice")))
    try await world.run(Self.rename(Self.bob, to: nil))
    let nobody = World.name(.user, "nobody")
    #expect(
      try await world.failure(of: Self.rename(nobody, to: "x")) == .identity(.notFound(.user, "nobody")))
  }

  @Test func `who renames needs the right to both names`() async throws {
    let world = try await World()
    for name in ["user:111122223333:bob", "user:111122223333:robert"] {
      let caller = Fixtures.caller("x", policies: [.administrator, .denying(.updateUser, on: name)])
      let error = try await world.failure(of: Self.rename(Self.bob, to: "robert"), as: caller)
      guard case .denied(let denial) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(denial.resource == name)
    }
  }

  @Test func `tags of a user don't differ by case, and the last one given counts`() async throws {
    let world = try await World()
    func tag(_ tags: [Tag], _ identity: IdentityName = Self.alice) -> TagIdentity {
      TagIdentity(.tagUser, "TagUser", identity, tags: tags)
    }
    try await world.run(tag([Tag(key: "Team", value: "a"), Tag(key: "x", value: "")]))
    try await world.run(tag([Tag(key: "team", value: "b")]))
    #expect(
      try await world.identity(.user, "alice").tags
        == [Tag(key: "team", value: "b"), Tag(key: "x", value: "")])
    try await world.run(UntagIdentity(.untagUser, "UntagUser", Self.alice, names: ["X", "none"]))
    #expect(try await world.identity(.user, "alice").tags == [Tag(key: "team", value: "b")])
    let more = (1...49).map { Tag(key: "k\($0)", value: "") }
    try await world.run(tag(more))
    #expect(
      try await world.failure(of: tag([Tag(key: "one more", value: "")])) == .identity(.tooMany(.tags, 50)))
    let page = try await world.run(
      ListIdentityTags(.listUserTags, "List", Self.alice, after: 48, limit: 1))
    #expect(page.items.map(\.key) == ["k48"] && page.next == "49")
    let last = try await world.run(
      ListIdentityTags(.listUserTags, "List", Self.alice, after: 49, limit: 1))
    #expect(last.items.map(\.key) == ["k49"] && last.next == nil)
    let beyond = try await world.run(
      ListIdentityTags(.listUserTags, "List", Self.alice, after: .max, limit: 1))
    #expect(beyond.items.isEmpty && beyond.next == nil)
  }

  @Test func `a user can be in ten groups, and joins each once`() async throws {
    let world = try await World()
    for number in 1...11 {
      let name = World.name(.group, "g\(number)")
      try await world.run(
        CreateIdentity(.createGroup, "CreateGroup", name, path: "/", body: .group(IdentityRecord.Carried())))
      let join = AddUserToGroup(Self.alice, to: name)
      guard number < 11 else {
        #expect(try await world.failure(of: join) == .identity(.tooMany(.groupsOfUser, 10)))
        continue
      }
      try await world.run(join)
      try await world.run(join)
      #expect(try world.lastRecord().details == ["user": "alice"])
    }
    let groups = try await world.run(ListGroupsForUser(Self.alice, after: "g1", limit: 2))
    #expect(groups.items.map(\.name) == ["g10", "g2"] && groups.next == "g2")
  }

  @Test func `a group tells its members part by part, and stays while it has any`() async throws {
    let world = try await World()
    let staff = World.name(.group, "staff")
    try await world.run(AddUserToGroup(Self.alice, to: staff))
    let first = try await world.run(GetGroup(staff, after: nil, limit: 1))
    #expect(first.members.items.map(\.name) == ["alice"] && first.members.next == World.user.text)
    let second = try await world.run(GetGroup(staff, after: World.user, limit: 1))
    #expect(second.members.items.map(\.name) == ["bob"] && second.members.next == nil)
    let empty = World.name(.group, "empty")
    try await world.run(AddUserToGroup(Self.alice, to: empty))
    let delete = DeleteIdentity(.deleteGroup, "DeleteGroup", empty)
    #expect(try await world.failure(of: delete) == .identity(.holds(.members)))
    try await world.run(RemoveUserFromGroup(Self.alice, from: empty))
    try await world.run(RemoveUserFromGroup(Self.alice, from: empty))
    try await world.run(delete)
  }

  @Test func `membership needs both to be there`() async throws {
    let world = try await World()
    let nobody = World.name(.user, "nobody")
    let none = World.name(.group, "none")
    #expect(
      try await world.failure(of: AddUserToGroup(nobody, to: World.name(.group, "staff")))
        == .identity(.notFound(.user, "nobody")))
    #expect(
      try await world.failure(of: RemoveUserFromGroup(Self.alice, from: none))
        == .identity(.notFound(.group, "none")))
  }
}
