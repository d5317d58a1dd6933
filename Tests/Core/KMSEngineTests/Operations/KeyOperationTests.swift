import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct KeyOperationTests {
  @Test func `a new key is active, has one version with material and its maker's words`() async throws {
    let world = try await World()
    let tags = [Tag(key: "z", value: "1"), Tag(key: "a", value: "2")]
    let made = try await world.run(.create(tags: tags)).record
    let stored = try await world.stored(made)
    #expect(stored.state == .active && stored.generation == 1 && stored.deletionDate == nil)
    #expect(stored.description == "a sample" && stored.tags == tags.reversed())
    #expect(stored.versions.count == 1 && stored.versions.first?.id == stored.current)
    #expect(stored.versions.first?.material != nil)
    #expect(stored.origin == .generated && !stored.exportable && stored.createdAt == Fixtures.start)
    #expect(stored.resourceName == "key:111122223333:" + stored.identifier)
    #expect(stored.policy == Array("account 111122223333".utf8))
    #expect(try await world.run(DescribeKey(World.reference(made))).record == stored)
  }

  @Test func `no two keys share anything that names them`() async throws {
    let world = try await World()
    var seen: Set<Bits128> = []
    var identifiers: Set<String> = []
    for _ in 0..<20 {
      let key = try await world.run(.create()).record
      seen.formUnion([key.id.bits, key.current.bits])
      identifiers.insert(key.identifier)
    }
    #expect(seen.count == 40 && identifiers.count == 20)
  }

  @Test func `a new key's policy must be sound and leave somebody in charge`() async throws {
    let world = try await World()
    let before = try await Snapshot(world)
    #expect(try await world.failure(of: .create(policy: "nobody")) == .policyLockout)
    #expect(try await world.failure(of: .create(policy: "gibberish")) == .malformedPolicy("unknown word"))
    #expect(try await Snapshot(world) == before)
    let key = try await world.run(.create(policy: "nobody", bypassesLockoutCheck: true)).record
    #expect(try await world.failure(of: DescribeKey(World.reference(key))).code == "denied")
  }

  @Test func `a key has at most fifty tags`() async throws {
    let world = try await World()
    let tags = (0..<51).map { Tag(key: "tag-\($0)", value: "") }
    #expect(try await world.failure(of: .create(tags: tags)) == .tooManyTags)
    let key = try await world.run(.create(tags: Array(tags.prefix(50)))).record
    #expect(key.tags.count == 50)
    #expect(try await world.failure(of: TagKey(World.reference(key), tags: [tags[50]])) == .tooManyTags)
    try await world.run(TagKey(World.reference(key), tags: [Tag(key: "tag-0", value: "replaced")]))
    #expect(try await world.stored(key).tags.first { $0.key == "tag-0" }?.value == "replaced")
  }

  @Test func `off, on, described, and each change counts once`() async throws {
    let world = try await World()
    try await world.run(DisableKey(world.keyReference))
    #expect(try await world.stored(world.key).state == .suspended)
    try await world.run(EnableKey(world.keyReference))
    #expect(try await world.stored(world.key).state == .active)
    try await world.run(UpdateKeyDescription(world.keyReference, description: "nouveau"))
    let stored = try await world.stored(world.key)
    #expect(stored.description == "nouveau" && stored.generation == 4)
  }

  @Test func `a change that changes nothing is no change`() async throws {
    let world = try await World()
    try await world.run(EnableKey(world.keyReference))
    try await world.run(UpdateKeyDescription(world.keyReference, description: "a sample"))
    try await world.run(TagKey(world.keyReference, tags: [Tag(key: "team", value: "core")]))
    try await world.run(UntagKey(world.keyReference, names: ["absent"]))
    #expect(try await world.stored(world.key).generation == 1)
    #expect(try world.lastRecord().outcome == "success")
  }

  @Test func `a deletion has a date, and cancelling it leaves the key switched off`() async throws {
    let world = try await World()
    let answer = try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    #expect(answer.date == Fixtures.start.advanced(days: 7) && answer.windowDays == 7)
    #expect(try world.lastRecord().details == ["windowDays": "7"])
    let pending = try await world.stored(world.key)
    #expect(pending.state == .pendingDeletion && pending.deletionDate == answer.date)
    let cancelled = try await world.run(CancelKeyDeletion(world.keyReference))
    #expect(cancelled.state == .suspended && cancelled.deletionDate == nil)
    let stored = try await world.stored(world.key)
    #expect(stored.state == .suspended && stored.deletionDate == nil)
  }

  @Test func `lists come in pages`() async throws {
    let world = try await World()
    for _ in 0..<5 { try await world.run(.create()) }
    let all = try await world.run(ListKeys(keyring: Fixtures.keyring, marker: nil, limit: 100))
    #expect(all.items.count == 7 && all.next == nil && all.items == all.items.sorted())
    var collected: [String] = []
    var marker: String?
    repeat {
      let page = try await world.run(ListKeys(keyring: Fixtures.keyring, marker: marker, limit: 3))
      #expect(page.items.count <= 3)
      collected += page.items
      marker = page.next
    } while marker != nil
    #expect(collected == all.items)
    let exact = try await world.run(ListKeys(keyring: Fixtures.keyring, marker: nil, limit: 7))
    #expect(exact.items.count == 7 && exact.next == nil)
  }

  @Test func `names that lead nowhere say so in the caller's words`() async throws {
    let world = try await World()
    let absent = KeyReference(
      .name(KeyName(.identifier, "no-such-key", in: Fixtures.keyring)), asWritten: "as I wrote it")
    #expect(try await world.failure(of: DescribeKey(absent)) == .keyNotFound("as I wrote it"))
    let alias = World.reference(KeyName(.alias, "alias/none", in: Fixtures.keyring))
    #expect(try await world.failure(of: .encrypt(alias)) == .aliasNotFound("alias/none"))
    let record = try world.lastRecord()
    #expect(record.outcome == "failed" && record.code == "aliasNotFound")
    #expect(record.demands?.first?.named == "alias/none" && record.demands?.first?.resolved == nil)
  }

  @Test func `rotation status and policy names are told to whoever may ask`() async throws {
    let world = try await World()
    #expect(try await world.run(GetKeyRotationStatus(world.keyReference)).key.id == world.key.id)
    try await world.run(ListKeyPolicies(world.keyReference))
    #expect(try world.lastRecord().operation == "ListKeyPolicies")
  }
}
