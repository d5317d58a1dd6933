import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ContentionTests {
  /// Runs all at once.
  private static func failures(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws(KMSError) -> Void
  ) async -> [KMSError] {
    await withTaskGroup(of: KMSError?.self) { group in
      for number in 0..<count {
        group.addTask {
          do throws(KMSError) {
            try await body(number)
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(into: []) { if let error = $1 { $0.append(error) } }
    }
  }

  @Test func `changes of one key by many callers at once all land`() async throws {
    let world = try await World()
    // 49 tags fit beside the one that is there; the others replace values.
    let failures = await Self.failures(64) { number throws(KMSError) in
      let tag = Tag(key: "tag-\(number % 49)", value: "\(number)")
      try await world.engine.run(
        TagKey(world.keyReference, tags: [tag]), as: World.admin, from: world.origin())
    }
    #expect(failures.isEmpty)
    let stored = try await world.stored(world.key)
    #expect(stored.tags.count == 50 && stored.generation == 65)
    let tagged = try world.house.records().filter { $0.operation == "TagResource" }
    #expect(tagged.count == 64 && tagged.allSatisfy { $0.outcome == "success" })
  }

  @Test func `different changes of one key don't undo one another`() async throws {
    let world = try await World()
    let failures = await Self.failures(30) { number throws(KMSError) in
      switch number % 3 {
      case 0:
        let tag = Tag(key: "tag-\(number)", value: "")
        try await world.engine.run(
          TagKey(World.reference(World.one), tags: [tag]), as: World.admin, from: world.origin())
      case 1:
        try await world.engine.run(
          UpdateKeyDescription(world.keyReference, description: "number \(number)"), as: World.admin,
          from: world.origin())
      default:
        try await world.engine.run(
          UntagKey(world.keyReference, names: ["team"]), as: World.admin, from: world.origin())
      }
    }
    #expect(failures.isEmpty)
    let stored = try await world.stored(world.key)
    #expect(stored.tags.count == 10 && stored.description.hasPrefix("number "))
  }

  @Test func `a key gets no more names at once than one after the other`() async throws {
    let world = try await World()
    let failures = await Self.failures(64) { number throws(KMSError) in
      let name = KeyName(.alias, "alias/many-\(number)", in: Fixtures.keyring)
      try await world.engine.run(
        CreateAlias(name, target: world.keyReference), as: World.admin, from: world.origin())
    }
    // One it had before.
    #expect(failures.count == 64 - 49)
    #expect(failures.allSatisfy { $0 == .tooManyAliases(world.key.resourceName) })
    #expect(try await world.house.store.aliasCount(of: world.key.id) == 50)
  }

  @Test func `keys are made side by side`() async throws {
    let world = try await World()
    let failures = await Self.failures(64) { _ throws(KMSError) in
      _ = try await world.engine.run(CreateKey.create(), as: World.admin, from: world.origin())
    }
    #expect(failures.isEmpty)
    #expect(try await world.house.store.keyCount() == 66)
  }

  @Test func `a load that many ask for is one load`() async throws {
    let world = try await World()
    let cold = world.house.coldEngine()
    let failures = await Self.failures(32) { _ throws(KMSError) in
      _ = try await cold.run(DescribeKey(world.keyReference), as: World.admin, from: world.origin())
    }
    #expect(failures.isEmpty)
    #expect(cold.desk.keys.key(world.key.id) != nil)
  }

  @Test func `whoever uses a key while it is switched off gets an answer or the reason`() async throws {
    let world = try await World()
    let failures = await Self.failures(40) { number throws(KMSError) in
      if number == 20 {
        try await world.engine.run(DisableKey(world.keyReference), as: World.admin, from: world.origin())
      } else {
        _ = try await world.engine.run(
          Encrypt.encrypt(world.keyReference), as: World.admin, from: world.origin())
      }
    }
    #expect(failures.allSatisfy { $0 == .keyDisabled(world.key.resourceName) })
    #expect(try await world.failure(of: .encrypt(world.keyReference)) == .keyDisabled(world.key.resourceName))
    #expect(
      world.engine.attempt(Encrypt.encrypt(world.keyReference), as: World.admin, from: world.origin()) == nil)
  }
}
