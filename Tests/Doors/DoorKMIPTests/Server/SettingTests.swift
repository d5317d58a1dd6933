import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Defaults and constraints of an account.
// One after the other: every world has files open.
@Suite(.serialized) struct SettingTests {
  private static func constrain(_ world: DoorWorld, length: Int32, group: String? = nil) async throws -> Item
  {
    try await world.ask(.setConstraints) { writer in
      writer.structure(.constraints) { writer in
        writer.structure(.constraint) { writer in
          writer.structure(.objectTypes) { $0.enumeration(KMIP.ObjectType.symmetricKey) }
          if let group { writer.structure(.objectGroups) { $0.text(.objectGroup, group) } }
          writer.structure(.attributes) { $0.integer(.cryptographicLength, length) }
        }
      }
    }
  }

  @Test func `what the constraints don't allow isn't made`() async throws {
    let world = try await DoorWorld()
    #expect(try await Self.constrain(world, length: 256).isSuccess)
    #expect(try await world.create().reason == .constraintViolation)
    let strong = try await world.create { $0.set(.cryptographicLength, to: Int32(256)) }
    #expect(strong.isSuccess)
    let constraints = try await world.ask(.getConstraints) { _ in }
    let attributes = constraints.payload?[.constraints]?[.constraint]?[.attributes]
    #expect(attributes?[.cryptographicLength]?.integer == 256)
    #expect(try await world.ask(.setConstraints) { _ in }.isSuccess)
    #expect(try await world.create().isSuccess)
    #expect(try await world.ask(.getConstraints) { _ in }.payload?[.constraints]?[.constraint] == nil)
  }

  @Test func `constraints for a group are for its members`() async throws {
    let world = try await DoorWorld()
    _ = try await Self.constrain(world, length: 256, group: "strong")
    #expect(try await world.create().isSuccess)
    #expect(try await world.create { $0.set(.objectGroup, to: "strong") }.reason == .constraintViolation)
  }

  @Test func `what a client doesn't give, the defaults give`() async throws {
    let world = try await DoorWorld()
    let set = try await world.ask(.setDefaults) { writer in
      writer.structure(.defaultsInformation) { writer in
        writer.structure(.objectDefaults) { writer in
          writer.enumeration(KMIP.ObjectType.symmetricKey)
          writer.structure(.attributes) { writer in
            writer.text(.contactInformation, "operators")
            writer.boolean(.sensitive, true)
          }
        }
      }
    }
    #expect(set.isSuccess)
    let plain = try await world.attributes(of: try await world.made())
    #expect(plain.text(.contactInformation) == "operators" && plain.boolean(.sensitive) == true)
    let own = try await world.made { $0.set(.contactInformation, to: "somebody") }
    #expect(try await world.attributes(of: own).text(.contactInformation) == "somebody")
    let query = try await world.ask(.query) { $0.enumeration(KMIP.QueryFunction.queryDefaultsInformation) }
    #expect(query.payload?[.defaultsInformation]?[.objectDefaults] != nil)
    #expect(try await world.ask(.setDefaults) { _ in }.isSuccess)
    #expect(try await world.attributes(of: try await world.made()).text(.contactInformation) == nil)
  }

  @Test func `settings aren't objects that anybody finds`() async throws {
    let world = try await DoorWorld()
    _ = try await Self.constrain(world, length: 256)
    #expect(try await world.located { _ in }.isEmpty)
  }

  @Test func `who may not set them sets nothing`() async throws {
    let world = try await DoorWorld()
    for operation in [KMIP.Operation.setConstraints, .setDefaults, .getConstraints] {
      #expect(try await world.ask(operation, as: DoorWorld.stranger) { _ in }.reason == .permissionDenied)
    }
  }

  @Test func `a client's words are in the audit log`() async throws {
    let world = try await DoorWorld()
    let item = try await world.ask(.log) { $0.text(.logMessage, "Registered a key.\n\"quoted\"") }
    #expect(item.isSuccess)
    let record = try #require(try world.house.records().last)
    #expect(record.operation == "WriteLog" && record.details?["message"] == "Registered a key.\n\"quoted\"")
    let long = String(repeating: "a", count: LogOperation.longest + 1)
    #expect(try await world.ask(.log) { $0.text(.logMessage, long) }.reason == .invalidField)
    #expect(
      try await world.ask(.log, as: DoorWorld.stranger) { $0.text(.logMessage, "a") }.reason
        == .permissionDenied)
  }

  @Test func `the server stays the one that answers where the roles can't change`() async throws {
    let world = try await DoorWorld()
    let server = try await world.ask(.setEndpointRole) { $0.enumeration(KMIP.EndpointRole.server) }
    #expect(server.payload?[.endpointRole]?.enumeration() == KMIP.EndpointRole.server)
    let client = try await world.ask(.setEndpointRole) { $0.enumeration(KMIP.EndpointRole.client) }
    #expect(client.reason == .featureNotSupported)
  }
}
