import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// A client's own users, as it tells them apart.
// One after the other: every world has files open.
@Suite(.serialized) struct ClaimTests {
  typealias Ask = DoorWorld.Ask

  private static func user(_ name: String, password: String = "secret") -> DoorWorld.Body {
    credential(.usernameAndPassword) { writer in
      writer.text(.username, name)
      writer.text(.password, password)
    }
  }

  private static func credential(
    _ type: KMIP.CredentialType, _ value: @escaping DoorWorld.Body
  ) -> DoorWorld.Body {
    { header in
      header.structure(.authentication) { writer in
        writer.structure(.credential) { writer in
          writer.enumeration(type)
          writer.structure(.credentialValue, value)
        }
      }
    }
  }

  private static var create: Ask {
    Ask(.create) { writer in
      writer.enumeration(KMIP.ObjectType.symmetricKey)
      writer.structure(.attributes) { writer in
        writer.enumeration(KMIP.CryptographicAlgorithm.aes)
        writer.integer(.cryptographicLength, 128)
        writer.integer(.cryptographicUsageMask, 12)
      }
    }
  }

  private static func get(_ key: String) -> Ask { Ask(.get) { $0.text(.uniqueIdentifier, key) } }
  private static var locate: Ask { Ask(.locate) { $0.structure(.attributes) { _ in } } }

  @Test func `what is made for one user is for no other, and for nobody who isn't named`() async throws {
    let world = try await DoorWorld()
    let made = try await world.ask([Self.create], header: Self.user("Fred"))
    let key = try #require(made.first?.payload?[.uniqueIdentifier]?.text)
    #expect(try await world.ask([Self.get(key)], header: Self.user("Fred")).first?.isSuccess == true)
    for header in [Self.user("Barney"), { _ in }] as [DoorWorld.Body] {
      #expect(try await world.ask([Self.get(key)], header: header).first?.reason == .permissionDenied)
      #expect(try await world.ask([Self.locate], header: header).first?.payload?[.uniqueIdentifier] == nil)
    }
    #expect(
      try await world.ask([Self.locate], header: Self.user("Fred")).first?.payload?[.uniqueIdentifier]?.text
        == key)
  }

  @Test func `what is made for nobody in particular is for all of the client's users`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    #expect(try await world.ask([Self.get(key)], header: Self.user("Fred")).first?.isSuccess == true)
  }

  @Test func `a claim gives nobody a right`() async throws {
    let world = try await DoorWorld()
    let items = try await world.ask([Self.create], as: DoorWorld.stranger, header: Self.user("Fred"))
    #expect(items.first?.reason == .permissionDenied)
  }

  @Test func `devices are told apart by all that they are called`() async throws {
    let world = try await DoorWorld()
    func device(_ serial: String, _ machine: String?) -> DoorWorld.Body {
      Self.credential(.device) { writer in
        writer.text(.deviceSerialNumber, serial)
        if let machine { writer.text(.machineIdentifier, machine) }
      }
    }
    let made = try await world.ask([Self.create], header: device("1", "2"))
    let key = try #require(made.first?.payload?[.uniqueIdentifier]?.text)
    #expect(try await world.ask([Self.get(key)], header: device("1", "2")).first?.isSuccess == true)
    #expect(try await world.ask([Self.get(key)], header: device("1", nil)).first?.reason == .permissionDenied)
    #expect(
      try await world.ask([Self.get(key)], header: device("12", nil)).first?.reason == .permissionDenied)
  }

  @Test func `credentials that can't be checked and would have to be are refused`() async throws {
    let world = try await DoorWorld()
    for (type, reason) in [
      (KMIP.CredentialType.hashedPassword, KMIP.ResultReason.authenticationNotSuccessful),
      (.attestation, .attestationFailed), (.device, .invalidMessage), (.usernameAndPassword, .invalidMessage),
    ] {
      let items = try await world.ask([Self.locate], header: Self.credential(type) { _ in })
      #expect(items.map(\.reason) == [reason])
    }
  }
}
