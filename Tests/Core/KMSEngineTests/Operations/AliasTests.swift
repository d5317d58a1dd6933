import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct AliasTests {
  private static func name(_ text: String) -> KeyName { KeyName(.alias, text, in: Fixtures.keyring) }

  @Test func `an alias stands for its key until it is moved or deleted`() async throws {
    let world = try await World()
    let alias = Self.name("alias/three")
    try await world.run(CreateAlias(alias, target: world.keyReference))
    #expect(try await world.run(DescribeKey(World.reference(alias))).record.id == world.key.id)
    world.house.clock.advance(seconds: 60)
    try await world.run(UpdateAlias(alias, target: world.otherReference))
    #expect(try await world.run(DescribeKey(World.reference(alias))).record.id == world.other.id)
    let moved = try #require(try await world.house.store.alias(alias)).record
    #expect(moved.createdAt == Fixtures.start && moved.updatedAt == Fixtures.start.advanced(seconds: 60))
    try await world.run(DeleteAlias(alias))
    #expect(try await world.failure(of: DescribeKey(World.reference(alias))) == .aliasNotFound("alias/three"))
  }

  @Test func `a name is given once`() async throws {
    let world = try await World()
    let error = try await world.failure(of: CreateAlias(World.one, target: world.otherReference))
    #expect(error == .aliasExists("alias/one"))
    #expect(try await world.house.store.alias(World.one)?.record.target == world.key.id)
    #expect(try world.lastRecord().code == "aliasExists")
    let absent = Self.name("alias/none")
    #expect(
      try await world.failure(of: UpdateAlias(absent, target: world.keyReference))
        == .aliasNotFound("alias/none"))
    #expect(try await world.failure(of: DeleteAlias(absent)) == .aliasNotFound("alias/none"))
  }

  @Test func `of many who want one name one gets it`() async throws {
    let world = try await World()
    let alias = Self.name("alias/wanted")
    let outcomes = await withTaskGroup(of: KMSError?.self) { group in
      for number in 0..<16 {
        let target = number.isMultiple(of: 2) ? world.keyReference : world.otherReference
        group.addTask {
          do throws(KMSError) {
            try await world.engine.run(
              CreateAlias(alias, target: target), as: World.admin, from: world.origin())
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.count { $0 == nil } == 1)
    #expect(outcomes.count { $0 == .aliasExists("alias/wanted") } == 15)
  }

  @Test func `no name goes to a key on the strength of what it used to be`() async throws {
    let world = try await World()
    let alias = Self.name("alias/three")
    // The caches still hold the keys as they were.
    try await world.run(DescribeKey(world.keyReference))
    try await world.run(DescribeKey(world.otherReference))
    for key in [world.key, world.other] {
      var changed = try await world.stored(key)
      changed.generation += 1
      changed.state = .pendingDeletion
      changed.deletionDate = Fixtures.start.advanced(seconds: 60)
      let change = StoreChange.updateKey(world.engine.desk.seal(changed), expecting: key.generation)
      try await world.house.store.commit(change, outbox: nil)
    }
    let creation = try await world.failure(of: CreateAlias(alias, target: world.keyReference))
    #expect(creation == .keyPendingDeletion(world.key.resourceName))
    let move = try await world.failure(of: UpdateAlias(World.one, target: world.otherReference))
    #expect(move == .keyPendingDeletion(world.other.resourceName))
    #expect(try await world.house.store.alias(alias) == nil)
    #expect(try await world.house.store.alias(World.one)?.record.target == world.key.id)
  }

  @Test func `a name moves only between keys of one kind`() async throws {
    let world = try await World()
    let opener = try await world.run(.create(usages: [.decrypt])).record
    let error = try await world.failure(of: UpdateAlias(World.one, target: World.reference(opener)))
    #expect(error == .aliasTargetMismatch("alias/one"))
    #expect(try await world.house.store.alias(World.one)?.record.target == world.key.id)
  }

  @Test func `a key has at most fifty names`() async throws {
    let world = try await World()
    for number in 1..<50 {
      try await world.run(CreateAlias(Self.name("alias/\(number)"), target: world.keyReference))
    }
    let error = try await world.failure(of: CreateAlias(Self.name("alias/x"), target: world.keyReference))
    #expect(error == .tooManyAliases(world.key.resourceName))
    try await world.run(CreateAlias(Self.name("alias/x"), target: world.otherReference))
    #expect(
      try await world.failure(of: UpdateAlias(Self.name("alias/x"), target: world.keyReference))
        == .tooManyAliases(world.key.resourceName))
    // A name that it has is not one more.
    try await world.run(UpdateAlias(World.one, target: world.keyReference))
  }

  @Test func `aliases are listed in pages, all or one key's`() async throws {
    let world = try await World()
    for number in 0..<3 {
      try await world.run(CreateAlias(Self.name("alias/a\(number)"), target: world.otherReference))
    }
    let first = try await world.run(
      ListAliases(keyring: Fixtures.keyring, target: nil, marker: nil, limit: 4))
    #expect(first.items.map(\.alias.name.text) == ["alias/a0", "alias/a1", "alias/a2", "alias/one"])
    #expect(first.items.last?.keyIdentifier == world.key.identifier)
    let rest = try await world.run(
      ListAliases(keyring: Fixtures.keyring, target: nil, marker: first.next, limit: 4))
    #expect(rest.items.map(\.alias.name.text) == ["alias/two"] && rest.next == nil)
    let ofKey = try await world.run(
      ListAliases(keyring: Fixtures.keyring, target: world.keyReference, marker: nil, limit: 4))
    #expect(ofKey.items.map(\.alias.name.text) == ["alias/one"])
  }
}
