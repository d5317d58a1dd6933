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
