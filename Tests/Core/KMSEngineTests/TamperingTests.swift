import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Somebody with the database file edits it. What was edited is never used.
// One after the other: every world has files open.
@Suite(.serialized) struct TamperingTests {
  struct Edit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: @Sendable (World) -> String

    init(_ name: String, _ sql: @escaping @Sendable (World) -> String) {
      testDescription = name
      self.sql = sql
    }

    /// Of the world's key's row.
    static func key(_ assignment: String) -> Edit {
      Edit(assignment) { "UPDATE keys SET \(assignment) WHERE id = \($0.key.id.sql)" }
    }

    static func version(_ assignment: String) -> Edit {
      Edit("version: " + assignment) {
        "UPDATE versions SET \(assignment) WHERE id = X'\($0.key.current.bits.hex)'"
      }
    }
  }

  private static let edits: [Edit] = [
    .key("state = 2, deletion_date = NULL"), .key("state = 99"), .key("deletion_date = 1"),
    .key("policy = CAST('account 444455556666' AS BLOB)"), .key("description = X'41'"),
    .key("tags = X'00000000'"),
    .key("tags = X'ff'"), .key("account = CAST('444455556666' AS BLOB)"), .key("region = CAST('x' AS BLOB)"),
    .key("identifier = CAST('x' AS BLOB)"), .key("resource_name = CAST('x' AS BLOB)"), .key("usages = 1"),
    .key("exportable = 1"), .key("exportable = 2"), .key("created_at = 1"), .key("generation = 7"),
    .key("code = zeroblob(32)"), .key("code = X''"), .key("spec = 99"), .key("origin = 99"),
    Edit("the other key's id") { world in
      """
      UPDATE keys SET current = (SELECT current FROM keys WHERE id = \(world.other.id.sql))
      WHERE id = \(world.key.id.sql)
      """
    },
    Edit("the other key's policy and code") { world in
      """
      UPDATE keys SET (policy, code) = (SELECT policy, code FROM keys WHERE id = \(world.other.id.sql))
      WHERE id = \(world.key.id.sql)
      """
    },
    .key("meant = X'000000020000000161000000016200'"), .key("meant = X'0000000200000001610000000162'"),
    .key("rotation_days = 90, next_rotation = 1"), .key("rotation_days = 90"), .key("next_rotation = 1"),
    .version("cause = 2"), .version("cause = 99"),
    .version("state = 2"), .version("created_at = 1"), .version("epoch = NULL, material = NULL"),
    Edit("version dropped") { "DELETE FROM versions WHERE id = X'\($0.key.current.bits.hex)'" },
    Edit("the name leads to the other key") { world in
      """
      UPDATE names SET key = (SELECT n FROM keys WHERE id = \(world.other.id.sql))
      WHERE space = 1 AND text = CAST('\(world.key.identifier)' AS BLOB)
      """
    },
  ]

  @Test(arguments: edits)
  func `an edited record is corrupt, whoever asks for it`(edit: Edit) async throws {
    let world = try await World()
    // Suspended, so that an edit of the state would be worth something.
    try await world.run(DisableKey(world.keyReference))
    #expect(try world.house.edit(edit.sql(world)) == 1)
    let cold = world.house.coldEngine()
    for trial in [Trial.describe, .encrypt, .enable, .tag, .getPolicy] {
      let error = try await trial.failure(world, on: cold)
      #expect(error == .corrupt(.keyRecord), "\(trial.testDescription)")
      #expect(try world.lastRecord().code == "corrupt.keyRecord")
    }
    #expect(world.house.faults.causes.contains { $0.contains("corrupt.keyRecord") })
    #expect(cold.desk.keys.key(world.key.id) == nil)
  }

  @Test func `untouched keys go on beside an edited one`() async throws {
    let world = try await World()
    #expect(try world.house.edit("UPDATE keys SET state = 3 WHERE id = \(world.key.id.sql)") == 1)
    let cold = world.house.coldEngine()
    let answer = try await cold.run(
      Decrypt.decrypt(world.otherCiphertext), as: World.admin, from: world.origin())
    #expect(answer.plaintext.bytes() == World.plaintext)
  }

  private static let aliasEdits: [Edit] = [
    Edit("target") { world in
      """
      UPDATE names SET key = (SELECT n FROM keys WHERE id = \(world.other.id.sql))
      WHERE text = CAST('alias/one' AS BLOB)
      """
    },
    Edit("target and code") { _ in
      """
      UPDATE names SET (key, code) = (SELECT key, code FROM names WHERE text = CAST('alias/two' AS BLOB))
      WHERE text = CAST('alias/one' AS BLOB)
      """
    },
    Edit("name") { _ in
      """
      UPDATE names SET code = (SELECT code FROM names WHERE text = CAST('alias/two' AS BLOB))
      WHERE text = CAST('alias/one' AS BLOB)
      """
    },
    Edit("time") { _ in "UPDATE names SET updated_at = 5 WHERE text = CAST('alias/one' AS BLOB)" },
    Edit("code") { _ in "UPDATE names SET code = zeroblob(32) WHERE text = CAST('alias/one' AS BLOB)" },
  ]

  @Test(arguments: aliasEdits)
  func `an edited alias is corrupt, whoever follows it`(edit: Edit) async throws {
    let world = try await World()
    #expect(try world.house.edit(edit.sql(world)) == 1)
    let cold = world.house.coldEngine()
    let reference = World.reference(World.one)
    let corrupt = KMSError.corrupt(.aliasRecord)
    #expect(try await Self.failure(Encrypt.encrypt(reference), cold, world) == corrupt)
    #expect(try await Self.failure(DescribeKey(reference), cold, world) == corrupt)
    #expect(
      try await Self.failure(UpdateAlias(World.one, target: world.otherReference), cold, world) == corrupt)
    #expect(try await Self.failure(DeleteAlias(World.one), cold, world) == corrupt)
    let list = ListAliases(keyring: Fixtures.keyring, target: nil, marker: nil, limit: 10)
    #expect(try await Self.failure(list, cold, world) == corrupt)
  }

  private static func failure<Op: Operation>(
    _ operation: Op, _ engine: Engine, _ world: World
  ) async throws -> KMSError? {
    do throws(KMSError) {
      _ = try await engine.run(operation, as: World.admin, from: world.origin())
      return nil
    } catch {
      return error
    }
  }

  @Test func `material swapped between two keys opens neither`() async throws {
    let world = try await World()
    let (one, two) = (world.key.current.bits.hex, world.other.current.bits.hex)
    #expect(
      try world.house.edit(
        """
        CREATE TEMP TABLE held AS SELECT material FROM versions WHERE id = X'\(one)';
        UPDATE versions SET material = (SELECT material FROM versions WHERE id = X'\(two)') WHERE id = X'\(one)';
        UPDATE versions SET material = (SELECT material FROM held) WHERE id = X'\(two)';
        """) == 1)
    let cold = world.house.coldEngine()
    for ciphertext in [world.ciphertext, world.otherCiphertext] {
      #expect(try await Self.failure(Decrypt.decrypt(ciphertext), cold, world) == .corrupt(.keyMaterial))
      #expect(try world.lastRecord().code == "corrupt.keyMaterial")
    }
    for reference in [world.keyReference, world.otherReference] {
      #expect(try await Self.failure(Encrypt.encrypt(reference), cold, world) == .corrupt(.keyMaterial))
      #expect(
        try await Self.failure(GenerateDataKey.dataKey(reference), cold, world) == .corrupt(.keyMaterial))
    }
    #expect(cold.desk.liveKeys.key(world.key.current) == nil)
  }

  @Test(arguments: ["material = zeroblob(60)", "material = X''", "epoch = 2"])
  func `damaged material is corrupt`(assignment: String) async throws {
    let world = try await World()
    let epoch = EpochRecord(
      id: EpochID(2), wrapped: [1], createdAt: Fixtures.start, wraps: 0)
    try await world.house.store.commit(.addEpoch(epoch), outbox: nil)
    #expect(
      try world.house.edit(
        "UPDATE versions SET \(assignment) WHERE id = X'\(world.key.current.bits.hex)'") == 1)
    let cold = world.house.coldEngine()
    #expect(try await Self.failure(Decrypt.decrypt(world.ciphertext), cold, world) == .corrupt(.keyMaterial))
    #expect(
      try await Self.failure(DescribeKey(world.keyReference), cold, world) == nil, "the record is sound")
  }
}

extension KeyID {
  /// As SQL writes it.
  var sql: String { "X'\(bits.hex)'" }
}
