import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// What is answered on the event loop: the same as in the ordinary lane, or nothing.
// One after the other: every world has files open.
@Suite(.serialized) struct ShortWayTests {
  private static let key = [UInt8](repeating: 3, count: 16)

  private static func encrypt(_ id: String, _ version: KMIPVersion = .v1_4, header: DoorWorld.Body = { _ in })
    -> [UInt8]
  {
    DoorWorld.message(
      [
        .init(.encrypt) { payload in
          payload.text(.uniqueIdentifier, id)
          payload.structure(.cryptographicParameters) { $0.enumeration(KMIP.BlockCipherMode.ecb) }
          payload.byteString(.data, [UInt8](repeating: 1, count: 16))
        }
      ], in: version, header: header)
  }

  private static func attempt(
    _ world: DoorWorld, _ message: [UInt8], as caller: Caller = DoorWorld.client
  ) -> KMIPAttempt? {
    world.door.attempt(WipedBytes(message), as: caller, DoorWorld.peer)
  }

  private static func answer(_ attempt: KMIPAttempt?) throws -> (Item, AuditRecord) {
    guard case .recorded(let answer, let record) = attempt else { throw Missing() }
    return (try #require(try DoorWorld.items(answer).first), record)
  }

  private struct Missing: Error {}

  @Test func `a warm key is answered at once, as the ordinary lane would`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    #expect(Self.attempt(world, Self.encrypt(id)) == nil, "nobody has loaded the key")
    let ordinary = await world.door.respond(
      to: WipedBytes(Self.encrypt(id)), as: DoorWorld.client, DoorWorld.peer)
    let (item, record) = try Self.answer(Self.attempt(world, Self.encrypt(id)))
    let expected = try DoorWorld.items(ordinary.withArray { $0 }).first?.data
    #expect(item.data == expected)
    #expect(item.isSuccess && item.data?.count == 16)
    try world.house.engine.commit([record])
    let logged = try world.house.records().suffix(2)
    #expect(
      logged.map(\.operation) == ["Encrypt", "Encrypt"] && logged.allSatisfy { $0.outcome == "success" })
  }

  @Test func `a refusal is one on both lanes`() async throws {
    let world = try await DoorWorld()
    let id = try await world.secret(.aes128, Self.key)
    _ = await world.door.respond(to: WipedBytes(Self.encrypt(id)), as: DoorWorld.client, DoorWorld.peer)
    let (item, record) = try Self.answer(Self.attempt(world, Self.encrypt(id), as: DoorWorld.stranger))
    #expect(item.reason == .permissionDenied && item.payload == nil)
    guard case .denied = record.outcome else {
      Issue.record("not recorded as denied")
      return
    }
  }

  @Test func `what has to be stored, is cold or is more than one item goes the ordinary way`() async throws {
    let world = try await DoorWorld()
    let limited = try await world.secret(
      .aes128, Self.key, limit: UsageLimit(total: 100, left: 100, unit: .bytes))
    let id = try await world.secret(.aes128, Self.key)
    for id in [limited, id] {
      _ = await world.door.respond(to: WipedBytes(Self.encrypt(id)), as: DoorWorld.client, DoorWorld.peer)
    }
    #expect(Self.attempt(world, Self.encrypt(limited)) == nil)
    #expect(Self.attempt(world, Self.encrypt(id)) != nil)
    #expect(Self.attempt(world, Array(Self.encrypt(id).dropLast())) == nil)
    #expect(Self.attempt(world, Self.encrypt(id, .v1_1)) == nil, "1.1 has no Encrypt")
    #expect(Self.attempt(world, Self.encrypt(id) { $0.boolean(.asynchronousIndicator, true) }) == nil)
    let two = DoorWorld.message(
      [
        .init(.rngRetrieve) { $0.integer(.dataLength, 1) },
        .init(.rngRetrieve) { $0.integer(.dataLength, 1) },
      ], in: .v1_4)
    #expect(Self.attempt(world, two) == nil)
    let stream = DoorWorld.message(
      [
        .init(.encrypt) {
          $0.text(.uniqueIdentifier, id)
          $0.boolean(.initIndicator, true)
        }
      ], in: .v1_4)
    #expect(Self.attempt(world, stream) == nil)
  }

  @Test func `a key is given out at once, but for the first time`() async throws {
    let world = try await DoorWorld()
    let id = try await world.create()
    func message(_ more: @escaping DoorWorld.Body = { _ in }) -> [UInt8] {
      DoorWorld.message(
        [
          .init(.get) { payload in
            payload.text(.uniqueIdentifier, id)
            more(&payload)
          }
        ], in: .v2_1)
    }
    #expect(Self.attempt(world, message()) == nil, "it is cold")
    _ = try await world.object(id)
    #expect(Self.attempt(world, message()) == nil, "it isn't fresh any more: another record")
    let ordinary = try await world.object(id)
    let (item, record) = try Self.answer(Self.attempt(world, message()))
    #expect(item.payload?[.symmetricKey]?.encoded == ordinary.encoded)
    #expect(record.operation == "Get")
    #expect(
      try Self.answer(Self.attempt(world, message(), as: DoorWorld.stranger)).0.reason == .permissionDenied)
    #expect(Self.attempt(world, message { $0.enumeration(KMIP.KeyWrapType.notWrapped) }) == nil)
    let fresh = try await world.create()
    // It is warm by that, and still fresh.
    _ = await world.door.respond(to: WipedBytes(Self.encrypt(fresh)), as: DoorWorld.client, DoorWorld.peer)
    #expect(Self.attempt(world, Self.encrypt(fresh)) != nil)
    let first = DoorWorld.message([.init(.get) { $0.text(.uniqueIdentifier, fresh) }], in: .v2_1)
    #expect(Self.attempt(world, first) == nil, "it isn't fresh any more by that")
  }

  @Test func `an answer that the client has no room for isn't sent`() async throws {
    let world = try await DoorWorld()
    let message = DoorWorld.message(
      [.init(.rngRetrieve) { $0.integer(.dataLength, 1000) }], in: .v1_4,
      header: { $0.integer(.maximumResponseSize, 500) })
    let (item, _) = try Self.answer(Self.attempt(world, message))
    #expect(item.reason == .responseTooLarge)
  }

  @Test func `slow work is done elsewhere, and says the same`() async throws {
    let world = try await DoorWorld()
    let pair = try await world.pair(.rsa2048)
    let message = DoorWorld.message(
      [
        .init(.sign) {
          $0.text(.uniqueIdentifier, pair)
          $0.byteString(.data, [1])
        }
      ], in: .v1_4)
    _ = await world.door.respond(to: WipedBytes(message), as: DoorWorld.client, DoorWorld.peer)
    guard case .later(let work) = Self.attempt(world, message) else {
      Issue.record("not later")
      return
    }
    let answer = await withCheckedContinuation { continuation in work { continuation.resume(returning: $0) } }
    #expect(try DoorWorld.items(answer).first?.bytes(.signatureData)?.count == 256)
    #expect(try world.house.records().last?.operation == "Sign")
  }
}
