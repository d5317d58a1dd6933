import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct DryRunTests {
  private static func operations(_ world: World) throws -> [any Operation] {
    [
      Encrypt.encrypt(world.keyReference, isDryRun: true),
      try Decrypt.decrypt(world.ciphertext, isDryRun: true),
      try ReEncrypt.reEncrypt(world.ciphertext, to: world.otherReference, isDryRun: true),
      GenerateDataKey.dataKey(world.keyReference, isDryRun: true),
      GenerateDataKey.dataKey(world.keyReference, withPlaintext: false, isDryRun: true),
    ]
  }

  @Test func `what would succeed says so, does nothing and is recorded as asked only`() async throws {
    let world = try await World()
    for operation in try Self.operations(world) {
      #expect(try await world.failure(of: operation) == .dryRun)
      #expect(try world.lastRecord().outcome == "dryRun")
      #expect(try world.lastRecord().demands?.first?.decision == "allow")
    }
  }

  @Test func `the plaintext isn't touched`() async throws {
    let world = try await World()
    let payload = Payload.of(World.plaintext)
    let operation = Encrypt(world.keyReference, plaintext: payload, context: .empty, isDryRun: true)
    #expect(try await world.failure(of: operation) == .dryRun)
    #expect(payload.bytes() == World.plaintext)
  }

  @Test func `what wouldn't succeed says why instead`() async throws {
    let world = try await World()
    for operation in try Self.operations(world) {
      #expect(try await world.failure(of: operation, as: Fixtures.caller("nobody")).code == "denied")
    }
    try await world.run(DisableKey(world.keyReference))
    for operation in try Self.operations(world) {
      #expect(try await world.failure(of: operation) == .keyDisabled(world.key.resourceName))
    }
  }

  @Test func `whether a ciphertext opens is told, unless the caller doesn't ask`() async throws {
    let world = try await World()
    var damaged = world.ciphertext
    damaged[damaged.count - 1] ^= 1
    let any = CiphertextSource(anyOf: world.keyReference, by: nil, region: "eu-central-1")
    #expect(try await world.failure(of: .decrypt(damaged, isDryRun: true)) == .invalidCiphertext)
    #expect(
      try await world.failure(of: .reEncrypt(damaged, to: world.otherReference, isDryRun: true))
        == .invalidCiphertext)
    let decrypt = Decrypt(any, context: .sample, isDryRun: true)
    let reEncrypt = ReEncrypt(
      any, sourceContext: .sample, destination: world.otherReference, destinationContext: .empty,
      isDryRun: true)
    #expect(try await world.failure(of: decrypt) == .dryRun)
    #expect(try await world.failure(of: reEncrypt) == .dryRun)
    for caller in [Fixtures.caller("nobody"), Fixtures.caller("other", policies: [.only([.encrypt])])] {
      #expect(try await world.failure(of: decrypt, as: caller).code == "denied")
      #expect(try await world.failure(of: reEncrypt, as: caller).code == "denied")
    }
    let reader = Fixtures.caller("reader", policies: [.only([.decrypt, .reEncryptFrom])])
    #expect(try await world.failure(of: decrypt, as: reader) == .dryRun)
    #expect(try await world.failure(of: reEncrypt, as: reader).code == "denied")
    try await world.run(DisableKey(world.keyReference))
    #expect(try await world.failure(of: decrypt) == .keyDisabled(world.key.resourceName))
  }

  @Test func `no ciphertext is opened by nothing, even if somebody forgot that it was a question`()
    async throws
  {
    let world = try await World()
    let any = CiphertextSource(anyOf: world.keyReference, by: nil, region: "eu-central-1")
    #expect(
      try await world.failure(of: Decrypt(any, context: .sample, isDryRun: false)) == .invalidCiphertext)
  }

  @Test func `what doesn't fit the key is told`() async throws {
    let world = try await World()
    let pair = try await world.run(.create(kind: .agreement)).record
    #expect(
      try await world.failure(of: GenerateDataKey.dataKey(World.reference(pair), isDryRun: true)).code
        == "invalidKeyUsage")
    let any = CiphertextSource(anyOf: world.keyReference, by: .rsaOAEPSHA256, region: "eu-central-1")
    #expect(
      try await world.failure(of: Decrypt(any, context: .empty, isDryRun: true))
        == .incompatibleAlgorithm(.encryption(.rsaOAEPSHA256), .aes256))
  }

  @Test func `a key pair isn't made, nor promised where it couldn't be`() async throws {
    let world = try await World()
    for withPlaintext in [true, false] {
      let operation = GenerateDataKeyPair.dataKeyPair(
        world.keyReference, .rsa4096, withPlaintext: withPlaintext, isDryRun: true)
      #expect(try await world.failure(of: operation) == .dryRun)
    }
    let newer = GenerateDataKeyPair.dataKeyPair(world.keyReference, .mlKEM768, isDryRun: true)
    let error = try await world.failure(of: newer)
    #expect(TestHouse.canMake(.mlKEM768) ? error == .dryRun : error.code == "unsupportedAlgorithm")
  }

  @Test func `the fast lane does nothing either`() async throws {
    let world = try await World()
    for operation in try Self.operations(world) {
      #expect(try Self.settle(operation, world).outcome == .dryRun)
    }
  }

  private static func settle<Op: Operation>(_ operation: Op, _ world: World) throws -> FastLaneResult {
    try FastLaneResult(world.engine.attempt(operation, as: World.admin, from: world.origin()))
  }
}

/// What the fast lane settled, without the answer.
struct FastLaneResult {
  /// nil for success.
  let outcome: KMSError?

  init<Answer>(_ settled: Settled<Answer>?) throws {
    guard let settled else { throw Surprise("the fast lane is cold") }
    switch settled.result {
    case .success: outcome = nil
    case .failure(let error): outcome = error
    }
  }
}
