import Foundation
import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// Clients who get another certificate to be known by.
// One after the other: every world has files open.
@Suite(.serialized) struct ReProvisionTests {
  private static let name = "array-1"
  private static let owner = Fixtures.caller(name, policies: [.administrator])
  private static let peer = KMIPPeer(source: "192.0.2.1", fingerprint: [UInt8](repeating: 1, count: 32))

  /// For a key on P-256 that nobody has any more, signed by it.
  private static let request = """
    MIIBCTCBsAIBADAhMQ0wCwYDVQQKDARBY21lMRAwDgYDVQQDDAdhcnJheS0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEuXvi
    du2q3xch6FWrgDUteOCU0XQB1YPyHHT18e9jdqr0F8juQKkxKR+HSP9OR6Om0vj/0Rib83oacE+QWyXIzKAtMCsGCSqGSIb3DQEJ
    DjEeMBwwGgYDVR0RBBMwEYIPYXJyYXktMS5leGFtcGxlMAoGCCqGSM49BAMCA0gAMEUCICIUyLqnwSoA+Kax717cNV0UDCxMGk07
    rHJnYLfRZJh4AiEAtqDrusbRoLEQLEONXiUb6nPc35Dr6H/OOh1rAaeSpfo=
    """

  private static func world() async throws -> DoorWorld {
    let world = try await DoorWorld()
    let setUp = SetUpUser(name, at: "/kmip/", in: Fixtures.account, .readyMade([]), withAccessKey: false)
    _ = try await world.house.engine.run(setUp, as: DoorWorld.client, from: world.origin())
    return world
  }

  private static func ask(
    _ world: DoorWorld, as caller: Caller = owner, from peer: KMIPPeer = peer,
    _ payload: @escaping DoorWorld.Body
  ) async throws -> Item {
    let message = DoorWorld.message([.init(.reProvision, payload)], in: .v2_1)
    let answer = await world.door.respond(to: WipedBytes(message), as: caller, peer)
    return try #require(try DoorWorld.items(answer.withArray { $0 }).first)
  }

  private static func requests(_ writer: inout TTLVWriter) {
    let bytes = Data(base64Encoded: request, options: .ignoreUnknownCharacters) ?? Data()
    writer.structure(.certificateRequest) { writer in
      writer.enumeration(KMIP.CertificateRequestType.pkcs10)
      writer.byteString(.certificateRequestValue, [UInt8](bytes))
    }
  }

  private static func labels(_ world: DoorWorld) async throws -> [String] {
    let work = try ListClientCertificates(of: Fixtures.account, after: nil, limit: 100)
    let found = try await world.house.engine.run(work, as: DoorWorld.client, from: world.origin())
    return found.items.map(\.certificate.label)
  }

  @Test func `a request becomes a certificate that the client is known by`() async throws {
    let world = try await Self.world()
    let answer = try await Self.ask(world, Self.requests)
    let identifier = try #require(answer.identifier, "\(answer)")
    let value = try #require(try await world.object(identifier)[.certificateValue]?.byteString)
    let facts = try #require(CertificateFacts(value))
    #expect(facts.subject.line == "CN=array-1,O=Acme")
    #expect(try await Self.labels(world) == [facts.subject.line])
    // The same again: it is another object, and another certificate.
    let copy = try await Self.ask(world) { writer in
      writer.structure(.certificate) { writer in
        writer.enumeration(KMIP.CertificateType.x509)
        writer.byteString(.certificateValue, value)
      }
    }
    #expect(!copy.isSuccess, "somebody is known by it")
  }

  @Test func `only a client with a certificate and the right gets another one`() async throws {
    let world = try await Self.world()
    let nameless = KMIPPeer(source: "192.0.2.1", fingerprint: nil)
    #expect(try await Self.ask(world, from: nameless, Self.requests).reason == .permissionDenied)
    for right in [Action.addClientCertificate, .certify] {
      let caller = Fixtures.caller(Self.name, policies: [.allBut(right)])
      #expect(try await Self.ask(world, as: caller, Self.requests).reason == .permissionDenied)
    }
    #expect(try await Self.ask(world) { _ in }.reason == .featureNotSupported)
    #expect(try await Self.labels(world) == [])
  }
}
