import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Where clients want objects to be kept, on a server that keeps all of them in software.
// One after the other: every world has files open.
@Suite(.serialized) struct ProtectionDemandTests {
  typealias Mask = KMIP.ProtectionStorageMask

  private static func list(_ tag: KMIPTag, _ masks: [Mask]) -> (inout TTLVWriter) -> Void {
    { payload in
      payload.structure(tag) { writer in
        for mask in masks { writer.mask(.protectionStorageMask, mask) }
      }
    }
  }

  private static func create(
    _ world: DoorWorld, _ masks: [Mask], in version: KMIPVersion = .v2_1
  ) async throws -> Item {
    try await world.ask(.create, in: version) { payload in
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.structure(.attributes, DoorWorld.aes)
      list(.protectionStorageMasks, masks)(&payload)
    }
  }

  private static func objects(_ world: DoorWorld) async throws -> Int {
    try await world.ask(.locate) { _ in }.payload?.all(.uniqueIdentifier).count ?? 0
  }

  @Test(arguments: [KMIPVersion.v2_0, .v2_1])
  func `what isn't kept where the client wants it isn't made`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let refused: [[Mask]] = [[.hardware], [[.software, .hardware]], [[.hardware, .validated], .offSystem]]
    for masks in refused {
      #expect(
        try await Self.create(world, masks, in: version).reason == .protectionStorageUnavailable, "\(masks)")
    }
    #expect(try await Self.objects(world) == 0)
    for masks in [[], [.software], [.hardware, .software]] as [[Mask]] {
      #expect(try await Self.create(world, masks, in: version).isSuccess, "\(masks)")
    }
    #expect(try await Self.objects(world) == 3)
  }

  @Test(arguments: [
    (KMIPTag.commonProtectionStorageMasks, KMIP.ResultReason.privateProtectionStorageUnavailable),
    (.privateProtectionStorageMasks, .privateProtectionStorageUnavailable),
    (.publicProtectionStorageMasks, .publicProtectionStorageUnavailable),
  ])
  func `of a pair it is said which half can't be kept so`(tag: KMIPTag, reason: KMIP.ResultReason)
    async throws
  {
    let world = try await DoorWorld()
    func make(_ masks: [Mask]) async throws -> Item {
      try await world.ask(.createKeyPair) { payload in
        payload.structure(.commonAttributes, DoorWorld.key(.rsa, 2048, [.sign, .verify]))
        Self.list(tag, masks)(&payload)
      }
    }
    #expect(try await make([.hardware]).reason == reason)
    #expect(try await Self.objects(world) == 0)
    #expect(try await make([.hardware, .software]).isSuccess)
  }

  @Test func `a wish is for its own item of a message alone, and for what takes a key's place too`()
    async throws
  {
    let world = try await DoorWorld()
    #expect(try await Self.create(world, [.hardware]).reason == .protectionStorageUnavailable)
    let key = try await world.create(.symmetricKey, DoorWorld.aes)
    let newer = try await world.ask(.reKey) { payload in
      payload.text(.uniqueIdentifier, key)
      Self.list(.protectionStorageMasks, [.hardware])(&payload)
    }
    #expect(newer.reason == .protectionStorageUnavailable)
    #expect(try await Self.objects(world) == 1)
  }
}
