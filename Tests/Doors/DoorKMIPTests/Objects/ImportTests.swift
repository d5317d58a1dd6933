import KMSBytes
import KMSDomain
import KMSTestKit
import Testing
import WireKMIP

@testable import DoorKMIP

/// Objects from one server to another, under their identifiers.
// One after the other: every world has files open.
@Suite(.serialized) struct ImportTests {
  private static func export(_ identifier: String, _ world: DoorWorld) async throws -> TTLVItem {
    let item = try await world.ask(.export) { $0.text(.uniqueIdentifier, identifier) }
    return try #require(item.isSuccess ? item.payload : nil, "\(item)")
  }

  private static func `import`(
    _ exported: TTLVItem, as identifier: String, replacing: Bool? = nil, _ world: DoorWorld,
    in version: KMIPVersion = .v2_1
  ) async throws -> Item {
    let type: KMIP.ObjectType = try #require(exported[.objectType]?.enumeration())
    return try await world.ask(.import, in: version) { payload in
      payload.text(.uniqueIdentifier, identifier)
      payload.enumeration(type)
      if let replacing { payload.boolean(.replaceExisting, replacing) }
      if let attributes = exported[.attributes] { payload.copy(attributes) }
      for attribute in exported.all(.attribute) { payload.copy(attribute) }
      if let object = exported[type.object] { payload.copy(object) }
    }
  }

  @Test func `an exported object is the same elsewhere`() async throws {
    let (here, there) = (try await DoorWorld(), try await DoorWorld())
    let key = try await here.create(.symmetricKey) { writer in
      DoorWorld.key(.aes, 256, [.encrypt, .decrypt])(&writer)
      writer.structure(.name) { writer in
        writer.text(.nameValue, "backups")
        writer.enumeration(KMIP.NameType.uninterpretedTextString)
      }
      writer.text(.contactInformation, "somebody")
    }
    let exported = try await Self.export(key, here)
    let answer = try await Self.import(exported, as: key, there)
    #expect(answer.identifier == key, "\(answer)")
    #expect(try await there.object(key).encoded == here.object(key).encoded)
    for tag in [
      KMIPTag.name, .contactInformation, .cryptographicUsageMask, .activationDate, .initialDate,
      .originalCreationDate, .state,
    ] {
      let (one, other) = (
        try await here.attribute(tag, of: key).map(\.encoded),
        try await there.attribute(tag, of: key).map(\.encoded)
      )
      #expect(one == other, "\(tag)")
    }
  }

  @Test func `an exported object comes with all of its attributes`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    let exported = try #require(try await Self.export(key, world)[.attributes])
    let known = try #require(try await world.about(key, .getAttributes).payload?[.attributes])
    #expect(exported.children.map(\.tag) == known.children.map(\.tag))
    #expect(exported[.digest]?.encoded == known[.digest]?.encoded)
    #expect(known[.digest] != nil)
  }

  @Test func `an identifier is taken once, unless the client replaces what has it`() async throws {
    let world = try await DoorWorld()
    let key = try await world.create()
    let other = try await world.create()
    let exported = try await Self.export(other, world)
    #expect(try await Self.import(exported, as: key, world).reason == .objectAlreadyExists)
    #expect(try await Self.import(exported, as: key, replacing: false, world).reason == .objectAlreadyExists)
    let answer = try await Self.import(exported, as: key, replacing: true, world)
    #expect(answer.identifier == key, "\(answer)")
    #expect(try await world.object(key).encoded == world.object(other).encoded)
    // And again, after it was destroyed.
    let again = try await Self.import(exported, as: key, replacing: true, world)
    #expect(again.isSuccess, "\(again)")
  }

  @Test(arguments: ["", "mrk-1", "a b", "a/b", "*", "a:b", "ä", String(repeating: "a", count: 129)])
  func `an identifier that policies could take for something else is refused`(text: String) async throws {
    let world = try await DoorWorld()
    let exported = try await Self.export(try await world.create(), world)
    #expect(try await Self.import(exported, as: text, world).reason == .invalidField)
  }

  @Test func `a compromised object comes as compromised`() async throws {
    let (here, there) = (try await DoorWorld(), try await DoorWorld())
    let key = try await here.create()
    let revoked = try await here.ask(.revoke) { payload in
      payload.text(.uniqueIdentifier, key)
      payload.structure(.revocationReason) { $0.enumeration(KMIP.RevocationReasonCode.keyCompromise) }
      payload.dateTime(.compromiseOccurrenceDate, 1)
    }
    #expect(revoked.isSuccess, "\(revoked)")
    let answer = try await Self.import(try await Self.export(key, here), as: key, there)
    #expect(answer.isSuccess, "\(answer)")
    #expect(try await there.attribute(.state, of: key).first?.enumeration() == KMIP.State.compromised)
  }

  @Test func `a key that stays wrapped can be unwrapped on its way out, and used for nothing`() async throws {
    let world = try await DoorWorld()
    let way = WrappedKeyTests.ways[0]
    let keys = try await WrappedKeyTests.keys(way, world)
    let wrapped = try WrappedKeyTests.incoming(
      try await WrappedKeyTests.wrapped(way, keys, world), way, keys)
    let answer = try await world.ask(.import) { payload in
      payload.text(.uniqueIdentifier, "wrapped-1")
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.enumeration(KMIP.KeyWrapType.asRegistered)
      payload.structure(.attributes) { writer in
        writer.uses([.encrypt])
        writer.dateTime(.activationDate, 1)
      }
      payload.copy(wrapped)
    }
    #expect(answer.isSuccess, "\(answer)")
    #expect(try await world.object("wrapped-1").encoded == wrapped.encoded)
    let bare = try await world.object("wrapped-1") { $0.enumeration(KMIP.KeyWrapType.notWrapped) }
    #expect(bare.material?.byteString == (try await world.object(keys.secret).material?.byteString))
    let use = try await world.ask(.encrypt) { payload in
      payload.text(.uniqueIdentifier, "wrapped-1")
      payload.structure(.cryptographicParameters) { $0.enumeration(KMIP.BlockCipherMode.ecb) }
      payload.byteString(.data, [UInt8](repeating: 1, count: 16))
    }
    #expect(use.reason == .keyValueNotPresent)
  }

  @Test func `what a batch made is gone when the batch is taken back`() async throws {
    let world = try await DoorWorld()
    func create(_ payload: inout TTLVWriter) {
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.structure(.attributes) { writer in
        DoorWorld.key(.aes, 256, [.encrypt])(&writer)
        writer.structure(.name) { writer in
          writer.text(.nameValue, "once")
          writer.enumeration(KMIP.NameType.uninterpretedTextString)
        }
      }
    }
    let items = try await world.ask([DoorWorld.Ask(.create, create), DoorWorld.Ask(.create, create)]) {
      header in
      header.enumeration(KMIP.BatchErrorContinuationOption.undo)
    }
    #expect(items.first?.item[.resultStatus]?.enumeration() == KMIP.ResultStatus.operationUndone)
    #expect(items.last?.reason == .nonUniqueNameAttribute)
    // The name is free again.
    let again = try await world.ask([DoorWorld.Ask(.create, create)])
    #expect(again.first?.isSuccess == true)
  }
}
