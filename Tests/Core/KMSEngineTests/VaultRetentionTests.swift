import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Nothing that is at home in a vault is gone before the vault's time, whichever protocol asks.
// One after the other: every world has files open.
@Suite(.serialized) struct VaultRetentionTests {
  private static let day: Int64 = 86_400
  private static let home = Keyring(account: Fixtures.account, region: "us-east-1", kind: .vault)

  /// A key in a vault that keeps what is deleted for so many days.
  private static func key(
    _ world: World, days: Int, by action: Action = .createVaultKey,
    _ source: @escaping @Sendable () -> NewObject.Source
  ) async throws -> KeyRecord {
    let name = try #require(VaultName("kept-for-\(days)-days"))
    _ = try await world.run(
      CreateVault(name, in: home, retentionDays: days, isPurgeProtected: true, authorization: .roles))
    let work = ObjectWork("Create", in: home, making: [action]) { _ in
      var object = World.object(.symmetricKey, .aes256, source())
      object.place = VaultPlace(vault: name.text, .keys, "k")
      return ObjectPlan(makes: [object])
    }
    return try #require(try await world.run(work).made.first?.record)
  }

  @Test(arguments: [(45, 7, 45), (7, 30, 30), (90, 30, 90)])
  func `a key's window is never shorter than its vault's`(days: Int, window: Int, kept: Int) async throws {
    let world = try await World()
    let key = try await Self.key(world, days: days) { .generated(length: nil) }
    let answer = try await world.run(ScheduleKeyDeletion(World.reference(key), windowDays: window))
    #expect(answer.windowDays == kept)
    #expect(answer.date == world.house.clock.now().advanced(days: kept))
    let record = try world.lastRecord()
    #expect(record.details?["windowDays"] == String(kept))
    let job = DeletionJob(world.engine)
    world.house.clock.advance(seconds: Int64(kept) * Self.day - 1)
    #expect(try await job.runOnce() == 0)
    world.house.clock.advance(seconds: 1)
    #expect(try await job.runOnce() == 1)
  }

  @Test func `a window of the caller's choice holds for keys elsewhere`() async throws {
    let world = try await World()
    #expect(try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7)).windowDays == 7)
  }

  @Test func `imported material of a key in a vault isn't taken away at once`() async throws {
    let world = try await World()
    let key = try await Self.key(world, days: 7, by: .importVaultKey) { World.given([UInt8](1...32)) }
    let error = try await world.failure(of: DeleteImportedKeyMaterial(World.reference(key), material: nil))
    #expect(error.code == "unsupportedAlgorithm" || error.code == "wrongOrigin", "\(error)")
    #expect(try await world.stored(key).versions.first?.material != nil)
  }
}
