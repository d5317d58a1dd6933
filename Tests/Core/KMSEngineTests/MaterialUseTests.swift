import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Signatures, codes, secrets and encryption for key pairs, through the gate.
// One after the other: every world has files open.
@Suite(.serialized) struct MaterialUseTests {
  private static let signers: [(Trial.Kind, SigningAlgorithm)] = [
    (Trial.Kind(spec: .rsa2048, usages: [.sign, .verify]), .rsaPSSSHA256),
    (.signing, .ecdsaSHA256),
    (Trial.Kind(spec: .secp256k1, usages: [.sign, .verify]), .ecdsaSHA256),
    (Trial.Kind(spec: .p384, usages: [.sign, .verify]), .ecdsaSHA384),
    (Trial.Kind(spec: .ed25519, usages: [.sign, .verify]), .ed25519),
    (Trial.Kind(spec: .sm2, usages: [.sign, .verify]), .sm2DSA),
  ]

  @Test(arguments: signers)
  func `what a key signs it verifies, and nothing else`(
    kind: Trial.Kind, algorithm: SigningAlgorithm
  ) async throws {
    let world = try await World()
    let key = World.reference(try await world.run(.create(kind: kind)).record)
    let signature = try await world.run(.sign(key, by: algorithm)).result
    func verify(_ message: [UInt8]) -> Verify {
      Verify(
        key, signature: signature, message: .of(message), form: .raw, by: algorithm, isDryRun: false)
    }
    _ = try await world.run(verify(World.plaintext))
    #expect(try await world.failure(of: verify(World.plaintext + [0])) == .invalidSignature)
    #expect(try world.lastRecord().code == "invalidSignature")
  }

  @Test func `an algorithm must fit the key, also in a dry run`() async throws {
    let world = try await World(for: .sign)
    func sign(_ algorithm: SigningAlgorithm, _ form: MessageForm, isDryRun: Bool) -> Sign {
      Sign(
        world.keyReference, message: .of([1, 2, 3]), form: form, by: algorithm, isDryRun: isDryRun)
    }
    for isDryRun in [true, false] {
      #expect(
        try await world.failure(of: sign(.ecdsaSHA384, .raw, isDryRun: isDryRun))
          == .incompatibleAlgorithm(.signing(.ecdsaSHA384), .p256))
      #expect(
        try await world.failure(of: sign(.ecdsaSHA256, .digest, isDryRun: isDryRun))
          == .invalidDigestLength(.ecdsaSHA256))
      #expect(
        try await world.failure(of: sign(.ecdsaSHA256, .externalMu, isDryRun: isDryRun))
          == .incompatibleMessageForm(.externalMu, .p256))
    }
    #expect(try await world.failure(of: sign(.ecdsaSHA256, .raw, isDryRun: true)) == .dryRun)
  }

  @Test func `both parties of an agreement find the same secret`() async throws {
    let world = try await World(for: .sharedSecret)
    func secret(_ key: KeyReference, _ peer: KeyRecord) async throws -> [UInt8] {
      let publicKey = try #require(peer.versions.last?.publicKey)
      return try await world.run(DeriveSharedSecret(key, with: publicKey, isDryRun: false)).result.bytes()
    }
    let one = try await secret(world.keyReference, world.other)
    #expect(one.count == 32)
    #expect(try await secret(world.otherReference, world.key) == one)
    let nonsense = DeriveSharedSecret(world.keyReference, with: [1, 2, 3], isDryRun: false)
    #expect(try await world.failure(of: nonsense) == .invalidPublicKey)
  }

  @Test func `a public key is told of key pairs only`() async throws {
    let world = try await World(for: .publicKey)
    let answer = try await world.run(GetPublicKey(world.keyReference))
    #expect(answer.publicKey == world.key.versions.first?.publicKey && !answer.publicKey.isEmpty)
    let symmetric = try await world.run(.create()).record
    #expect(
      try await world.failure(of: GetPublicKey(World.reference(symmetric)))
        == .noPublicKey(symmetric.resourceName))
  }

  private static let rsa = Trial.Kind(spec: .rsa2048, usages: [.encrypt, .decrypt])

  @Test func `what is encrypted for a key pair opens by it, and moves to a symmetric key and back`()
    async throws
  {
    let world = try await World()
    let pair = World.reference(try await world.run(.create(kind: Self.rsa)).record)
    let sealed = try await world.run(
      Encrypt(
        pair, plaintext: .of(World.plaintext), by: .rsaOAEPSHA256, context: .empty, isDryRun: false))
    #expect(sealed.algorithm == .rsaOAEPSHA256)
    func source(_ bytes: [UInt8], _ algorithm: EncryptionAlgorithm?, _ key: KeyReference?) throws
      -> CiphertextSource
    {
      try CiphertextSource(bytes, by: algorithm, named: key, region: "eu-central-1")
    }
    let opened = try await world.run(
      Decrypt(try source(sealed.ciphertext, .rsaOAEPSHA256, pair), context: .empty, isDryRun: false))
    #expect(opened.plaintext.bytes() == World.plaintext)
    let moved = try await world.run(
      ReEncrypt(
        try source(sealed.ciphertext, .rsaOAEPSHA256, pair), sourceContext: .empty,
        destination: world.keyReference, destinationContext: .sample, isDryRun: false))
    #expect(try await world.run(.decrypt(moved.ciphertext)).plaintext.bytes() == World.plaintext)
    let back = try await world.run(
      ReEncrypt(
        try source(moved.ciphertext, nil, nil), sourceContext: .sample, destination: pair,
        by: .rsaOAEPSHA1, destinationContext: .empty, isDryRun: false))
    let again = try await world.run(
      Decrypt(try source(back.ciphertext, .rsaOAEPSHA1, pair), context: .empty, isDryRun: false))
    #expect(again.plaintext.bytes() == World.plaintext)
  }

  @Test func `encryption by the wrong algorithm, with a context or of too much is refused`() async throws {
    let world = try await World()
    let pair = World.reference(try await world.run(.create(kind: Self.rsa)).record)
    func encrypt(
      _ count: Int, _ algorithm: EncryptionAlgorithm?, _ context: EncryptionContext, isDryRun: Bool
    ) -> Encrypt {
      Encrypt(
        pair, plaintext: .of([UInt8](repeating: 7, count: count)), by: algorithm, context: context,
        isDryRun: isDryRun)
    }
    for isDryRun in [true, false] {
      #expect(
        try await world.failure(of: encrypt(8, nil, .empty, isDryRun: isDryRun))
          == .incompatibleAlgorithm(.symmetric, .rsa2048))
      #expect(
        try await world.failure(of: encrypt(8, .sm2PKE, .empty, isDryRun: isDryRun))
          == .incompatibleAlgorithm(.encryption(.sm2PKE), .rsa2048))
      #expect(
        try await world.failure(of: encrypt(8, .rsaOAEPSHA1, .sample, isDryRun: isDryRun))
          == .contextUnsupported(.rsa2048))
      #expect(
        try await world.failure(of: encrypt(191, .rsaOAEPSHA256, .empty, isDryRun: isDryRun))
          == .plaintextTooLong(.rsaOAEPSHA256, .rsa2048, limit: 190))
    }
    _ = try await world.run(encrypt(190, .rsaOAEPSHA256, .empty, isDryRun: false))
  }

  @Test func `a dry run of a decryption tells whether the ciphertext opens`() async throws {
    let world = try await World()
    #expect(try await world.failure(of: .decrypt(world.ciphertext, isDryRun: true)) == .dryRun)
    #expect(
      try await world.failure(of: .decrypt(world.ciphertext, context: .empty, isDryRun: true))
        == .invalidCiphertext)
    #expect(
      try await world.failure(of: .decrypt(world.ciphertext, key: world.otherReference, isDryRun: true))
        == .incorrectKey)
  }

  @Test(
    .enabled(
      if: Trial.Kind.encapsulation.isInLibrary,
      "SKIPPED: this process's libcrypto has no ML-KEM; the client suites try it on a newer one"))
  func `what is encapsulated for a key is found by it`() async throws {
    let world = try await World(for: .encapsulate)
    let made = try await world.run(Encapsulate(world.keyReference, isDryRun: false)).result
    let found = try await world.run(
      Decapsulate(world.keyReference, ciphertext: made.ciphertext, isDryRun: false)
    ).result
    #expect(found.bytes() == made.secret.bytes())
  }
}
