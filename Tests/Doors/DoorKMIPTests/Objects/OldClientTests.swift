import KMSDomain
import Testing
import WireKMIP

@testable import DoorKMIP

/// Objects that are newer than the client who wants them.
// One after the other: every world has files open.
@Suite(.serialized) struct OldClientTests {
  @Test func `a raw key for an algorithm that the version lacks isn't given`() async throws {
    let world = try await DoorWorld()
    let key = try await world.create(
      .symmetricKey, DoorWorld.key(.chaCha20Poly1305, 256, [.encrypt, .decrypt]))
    for version in KMIPVersion.known {
      let item = try await world.get(key, in: version)
      #expect(version < .v1_4 ? item.reason == .featureNotSupported : item.isSuccess, "\(version)")
    }
  }

  @Test func `a key whose form says its algorithm is given without the word for it`() async throws {
    let world = try await DoorWorld()
    let key = try await world.createPair(.ec, nil, curve: .p256).privateKey
    for format in [KMIP.KeyFormatType.pkcs8, .ecPrivateKey] {
      for version in KMIPVersion.known {
        let block = try await world.object(key, format, in: version)[.keyBlock]
        let algorithm: KMIP.CryptographicAlgorithm? = block?[.cryptographicAlgorithm]?.enumeration()
        #expect(algorithm == (version < .v1_2 ? nil : .ec), "\(version)")
        #expect((block?[.cryptographicLength] == nil) == (version < .v1_2), "\(version)")
        #expect(block?[.keyValue] != nil)
      }
    }
  }

  @Test func `a request for a certificate isn't given to whom has no such objects`() async throws {
    let world = try await DoorWorld()
    let made = try await world.ask(.register) { payload in
      payload.enumeration(KMIP.ObjectType.certificateRequest)
      payload.structure(.attributes) { _ in }
      payload.structure(.certificateRequest) { object in
        object.enumeration(KMIP.CertificateRequestType.pkcs10)
        object.byteString(.certificateRequestValue, [1, 2, 3])
      }
    }
    let request = try #require(made.identifier, "\(made)")
    #expect(try await world.get(request, in: .v2_0).isSuccess)
    let old = try await world.get(request, in: .v1_4)
    #expect(old.reason == .featureNotSupported, "\(old)")
  }
}
