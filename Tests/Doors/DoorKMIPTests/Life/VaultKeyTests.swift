import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// A key that was made in a vault is found and used over KMIP; what it is called, what is kept of it and where its material goes are the
/// vault's to say.
// One after the other: every world has files open.
@Suite(.serialized) struct VaultKeyTests {
  private static let notes = Array("the vault's".utf8)

  private static func key(_ world: DoorWorld) async throws -> KeyRecord {
    let home = Keyring(account: Fixtures.account, region: Fixtures.keyring.region, kind: .vault)
    let work = ObjectWork("Make", in: home, making: [.createVaultKey]) { scene in
      var dates = ObjectDates()
      dates.activation = scene.now
      return ObjectPlan(makes: [
        NewObject(
          kind: .privateKey, spec: .p256, usages: [.sign, .verify], uses: [.sign, .verify], exportable: true,
          isShared: true, dates: dates, names: ["one/keys/till"], notes: notes, terms: [7],
          place: VaultPlace(vault: "one", .keys, "till"), source: .generated(length: nil))
      ])
    }
    return try await world.house.engine.run(work, as: DoorWorld.client, from: world.origin()).made[0].record
  }

  @Test func `it is found by what it is`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(world)
    #expect(try await world.located { $0.set(KMIP.ObjectType.privateKey) } == [key.identifier])
    #expect(try await world.located { $0.set(KMIP.ObjectType.symmetricKey) } == [])
    #expect(try await world.located { $0.set(.uniqueIdentifier, to: key.identifier) } == [key.identifier])
    #expect(try await world.located { $0.addName("till") } == [])
  }

  @Test func `nothing of it is changed`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(world)
    let name = key.identifier
    for answer in [
      try await world.change(name, .addAttribute) { $0.set(.description, to: "mine") },
      try await world.change(name, .setAttribute) { $0.set(.description, to: "mine") },
      try await world.revoke(name, .keyCompromise), try await world.revoke(name, .cessationOfOperation),
      try await world.about(name, .archive), try await world.about(name, .destroy),
    ] {
      #expect(answer.reason == .permissionDenied, "\(answer)")
    }
    let now = try await world.house.engine.desk.load(key.id)
    #expect(now?.record.object == key.object && now?.record.state == .active)
  }

  @Test func `its material leaves by no way of KMIP's, though it may leave`() async throws {
    let world = try await DoorWorld()
    let name = try await Self.key(world).identifier
    for operation in [KMIP.Operation.get, .export] {
      #expect(try await world.about(name, operation).reason == .notExtractable)
    }
    #expect(try await world.attributes(of: name, .extractable).boolean(.extractable) == false)
  }
}
