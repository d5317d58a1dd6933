import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct TagAndPolicyTests {
  @Test func `tags are added, replaced, removed and listed in pages by name`() async throws {
    let world = try await World()
    let tags = [Tag(key: "b", value: "1"), Tag(key: "a", value: "2"), Tag(key: "team", value: "edge")]
    try await world.run(TagKey(world.keyReference, tags: tags))
    let first = try await world.run(ListKeyTags(world.keyReference, marker: nil, limit: 2))
    #expect(first.items == [Tag(key: "a", value: "2"), Tag(key: "b", value: "1")] && first.next == "b")
    let rest = try await world.run(ListKeyTags(world.keyReference, marker: first.next, limit: 2))
    #expect(rest.items == [Tag(key: "team", value: "edge")] && rest.next == nil)
    try await world.run(UntagKey(world.keyReference, names: ["a", "team", "absent"]))
    #expect(try await world.stored(world.key).tags == [Tag(key: "b", value: "1")])
  }

  @Test func `a policy comes back byte for byte and holds at once`() async throws {
    let world = try await World()
    let document = Array("only   user:111122223333:bob".utf8)
    let put = PutKeyPolicy(world.keyReference, policy: document, bypassesLockoutCheck: true)
    try await world.run(put)
    let bob = Fixtures.caller("bob")
    #expect(try await world.run(GetKeyPolicy(world.keyReference), as: bob) == document)
    #expect(try await world.failure(of: GetKeyPolicy(world.keyReference)).code == "denied")
  }

  @Test func `a policy that locks everybody out needs to be meant`() async throws {
    let world = try await World()
    let before = try await world.stored(world.key)
    let locking = PutKeyPolicy(
      world.keyReference, policy: Array("nobody".utf8), bypassesLockoutCheck: false)
    #expect(try await world.failure(of: locking) == .policyLockout)
    let foreign = PutKeyPolicy(
      world.keyReference, policy: Array("account 444455556666".utf8), bypassesLockoutCheck: false)
    #expect(try await world.failure(of: foreign) == .policyLockout)
    let malformed = PutKeyPolicy(
      world.keyReference, policy: Array("gibberish".utf8), bypassesLockoutCheck: true)
    #expect(try await world.failure(of: malformed) == .malformedPolicy("unknown word"))
    #expect(try await world.stored(world.key) == before)
  }

  @Test func `a policy that leaves its author or the root in charge is fine`() async throws {
    let world = try await World()
    for policy in ["only \(World.admin.principal)", "account 111122223333"] {
      try await world.run(
        PutKeyPolicy(world.keyReference, policy: Array(policy.utf8), bypassesLockoutCheck: false))
      #expect(try await world.stored(world.key).policy == Array(policy.utf8))
    }
  }
}
