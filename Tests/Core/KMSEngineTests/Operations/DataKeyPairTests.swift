import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct DataKeyPairTests {
  private static let kinds: [KeySpec] = [
    .rsa2048, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2, .mlKEM512, .mlKEM768, .mlKEM1024,
  ]

  @Test(arguments: kinds)
  func `a private half is what its ciphertext holds, or the kind is missing and says so`(spec: KeySpec)
    async throws
  {
    let world = try await World()
    let operation = GenerateDataKeyPair.dataKeyPair(world.keyReference, spec)
    if case .unavailable(let reason) = world.house.custody.availability(of: spec, for: []) {
      #expect(try await world.failure(of: operation) == .unsupportedAlgorithm(reason))
      #expect(reason.contains(spec.standardName))
      return
    }
    let made = try await world.run(operation)
    #expect(made.key.record.id == world.key.id && made.version == world.key.current && made.spec == spec)
    let privateKey = try #require(made.privateKey).bytes()
    // PKCS#8 and SubjectPublicKeyInfo are both sequences.
    #expect(privateKey.first == 0x30 && made.sealed.publicKey.first == 0x30)
    #expect(try await world.run(.decrypt(made.sealed.ciphertext)).plaintext.bytes() == privateKey)
    #expect(
      try await world.failure(of: .decrypt(made.sealed.ciphertext, context: .empty)) == .invalidCiphertext)
  }

  @Test func `the form without plaintext has none, and no two pairs are alike`() async throws {
    let world = try await World()
    let operation = GenerateDataKeyPair.dataKeyPair(world.keyReference, withPlaintext: false)
    let one = try await world.run(operation)
    let two = try await world.run(operation)
    #expect(one.privateKey == nil && one.sealed.publicKey != two.sealed.publicKey)
    let opened = try await world.run(.decrypt(one.sealed.ciphertext)).plaintext.bytes()
    #expect(opened != (try await world.run(.decrypt(two.sealed.ciphertext)).plaintext.bytes()))
  }

  @Test func `the record says which kind was made`() async throws {
    let world = try await World()
    try await world.run(GenerateDataKeyPair.dataKeyPair(world.keyReference, .p384))
    let record = try world.lastRecord()
    #expect(record.operation == "GenerateDataKeyPair" && record.details?["keyPair"] == "P-384")
    #expect(record.encryptionContext == ["purpose": "test"])
  }
}
