import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

// One after the other: every world has files open.
@Suite(.serialized) struct PKCS11Tests {
  private static func call(
    _ world: DoorWorld, _ function: KMIP.PKCS11Function, _ value: [UInt8]? = nil,
    as caller: Caller = DoorWorld.client
  ) async throws -> Item {
    try await world.ask(.pkcs11, as: caller) { payload in
      payload.enumeration(function)
      if let value { payload.byteString(.correlationValue, value) }
    }
  }

  private static func code(_ item: Item) -> UInt32? { item.payload?[.pkcs11ReturnCode]?.enumeration }

  @Test func `a library begins, asks and ends`() async throws {
    let world = try await DoorWorld()
    let begun = try await Self.call(world, .initialize)
    #expect(Self.code(begun) == 0)
    let value = try #require(begun.correlation)
    let info = try await Self.call(world, .getInfo, value)
    #expect(Self.code(info) == 0 && info.bytes(.pkcs11OutputParameters)?.count == 76)
    #expect(Self.code(try await Self.call(world, .finalize, value)) == 0)
    #expect(Self.code(try await Self.call(world, .getInfo, value)) == 0x190)
    #expect(Self.code(try await Self.call(world, .finalize)) == 0x190)
  }

  @Test func `functions that aren't here say so, and unknown ones are refused`() async throws {
    let world = try await DoorWorld()
    #expect(Self.code(try await Self.call(world, .createObject)) == 0x54)
    let unknown = try await world.ask(.pkcs11) { $0.enumeration(.pkcs11Function, 0x99) }
    #expect(unknown.reason == .pkcs11InvalidFunction)
    let other = try await world.ask(.pkcs11) {
      $0.text(.pkcs11Interface, "Vendor")
      $0.enumeration(KMIP.PKCS11Function.getInfo)
    }
    #expect(other.reason == .pkcs11InvalidInterface)
  }
}
