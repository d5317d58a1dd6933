import KMSDomain
import Testing
import WireKMIP

@testable import DoorKMIP

/// Reasons that the tables of 1.x and those of 2.x have apart for the same refusal.
// One after the other: every world has files open.
@Suite(.serialized) struct OldReasonTests {
  static let versions: [KMIPVersion] = [.v1_4, .v2_0, .v2_1]

  @Test(arguments: versions)
  func `a name that is taken is another refusal when an object has long been made`(
    version: KMIPVersion
  ) async throws {
    let world = try await DoorWorld()
    _ = try await world.made(in: version) { $0.addName("one") }
    let key = try await world.made(in: version) { $0.addName("two") }
    let created = try await world.create(in: version) { $0.addName("one") }
    let added = try await world.change(key, .addAttribute, in: version) { $0.addName("one") }
    let modified = try await world.change(key, .modifyAttribute, in: version) { $0.addName("one") }
    let isOld = version < .v2_0
    #expect(created.reason == (isOld ? .invalidField : .nonUniqueNameAttribute))
    #expect(added.reason == (isOld ? .illegalOperation : .nonUniqueNameAttribute))
    #expect(modified.reason == (isOld ? .illegalOperation : .nonUniqueNameAttribute))
  }

  @Test(arguments: versions)
  func `what can't be replaced isn't permitted to be, or is of a wrong type`(
    version: KMIPVersion
  ) async throws {
    let world = try await DoorWorld()
    let pair = try await world.createPair(.ec, nil, curve: .p256)
    let answer = try await world.about(pair.publicKey, .reKey, in: version)
    #expect(answer.reason == (version < .v2_0 ? .permissionDenied : .invalidObjectType))
  }

  @Test(arguments: versions)
  func `a key without the mask for it isn't able to be derived from`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let key = try await world.create(.symmetricKey, DoorWorld.key(.aes, 256, [.encrypt]))
    let answer = try await world.ask(.deriveKey, in: version) { payload in
      payload.enumeration(KMIP.ObjectType.symmetricKey)
      payload.text(.uniqueIdentifier, key)
      payload.enumeration(KMIP.DerivationMethod.hash)
      payload.structure(.derivationParameters) { writer in
        writer.structure(.cryptographicParameters) { $0.enumeration(KMIP.HashingAlgorithm.sha256) }
      }
      var attributes = AttributeList()
      attributes.set(KMIP.CryptographicAlgorithm.aes)
      attributes.set(.cryptographicLength, to: Int32(128))
      AttributeWriter.write(
        attributes, in: version < .v2_0 ? .templateAttribute : .attributes, version, into: &payload)
    }
    #expect(
      answer.reason == (version < .v2_0 ? .invalidField : .incompatibleCryptographicUsageMask), "\(answer)")
  }

  @Test(arguments: versions)
  func `an opaque object can only be activated where it has a state`(version: KMIPVersion) async throws {
    let world = try await DoorWorld()
    let made = try await world.ask(.register, in: version) { payload in
      payload.enumeration(KMIP.ObjectType.opaqueObject)
      payload.structure(version < .v2_0 ? .templateAttribute : .attributes) { _ in }
      payload.structure(.opaqueObject) { object in
        object.enumeration(.opaqueDataType, 0x8000_0001)
        object.byteString(.opaqueDataValue, [1])
      }
    }
    let object = try #require(made.identifier, "\(made)")
    let answer = try await world.about(object, .activate, in: version)
    #expect(answer.reason == (version < .v2_0 ? .illegalOperation : nil), "\(answer)")
  }
}
