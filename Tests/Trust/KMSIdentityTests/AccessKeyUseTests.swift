import KMSDomain
import KMSIdentity
import KMSTestKit
import SigV4
import Testing

@Suite("Uses of access keys")
struct AccessKeyUseTests {
  let world = World()

  private func use(_ region: String = "eu-central-1", _ service: String = "kms", after seconds: Int64 = 0)
    -> AccessKeyUse
  {
    AccessKeyUse(
      accessKey: "AKIDEXAMPLE", time: Fixtures.start.advanced(seconds: seconds), region: region,
      service: service)
  }

  @Test("a verified signature is a use, cold or warm; a wrong one is none")
  func noted() async throws {
    let forged = try world.request(secret: "guess")
    await #expect(throws: IdentityError.refused(.signatureMismatch)) {
      try await world.authenticator.authenticate(forged)
    }
    #expect(world.authenticator.unstoredUses.isEmpty)
    _ = try await world.authenticator.authenticate(world.request())
    #expect(world.authenticator.unstoredUses == [use()])
    world.clock.advance(seconds: 60)
    _ = try world.authenticator.authenticateWarm(world.request())
    #expect(world.authenticator.unstoredUse(of: "AKIDEXAMPLE") == use(after: 60))
    #expect(world.authenticator.unstoredUse(of: "AKIDOTHER") == nil)
  }

  @Test("uses of one minute are one, unless they are of another Region or service")
  func coarse() async throws {
    _ = try await world.authenticator.authenticate(world.request())
    world.clock.advance(seconds: 59)
    _ = try await world.authenticator.authenticate(world.request())
    #expect(world.authenticator.unstoredUses == [use()])
    _ = try await world.authenticator.authenticate(world.request(service: "iam"))
    #expect(world.authenticator.unstoredUses == [use("eu-central-1", "iam", after: 59)])
    _ = try await world.authenticator.authenticate(world.request(region: "us-east-1", service: "iam"))
    #expect(world.authenticator.unstoredUses == [use("us-east-1", "iam", after: 59)])
  }

  @Test("what the store has is forgotten, but not what came meanwhile")
  func settled() async throws {
    _ = try await world.authenticator.authenticate(world.request())
    let stored = world.authenticator.unstoredUses
    world.clock.advance(seconds: 60)
    _ = try await world.authenticator.authenticate(world.request())
    world.authenticator.settle(stored)
    #expect(world.authenticator.unstoredUses == [use(after: 60)])
    world.authenticator.settle([use(after: 60)])
    #expect(world.authenticator.unstoredUses.isEmpty)
    _ = try await world.authenticator.authenticate(world.request())
    #expect(world.authenticator.unstoredUses.isEmpty, "it is the same minute")
  }
}
