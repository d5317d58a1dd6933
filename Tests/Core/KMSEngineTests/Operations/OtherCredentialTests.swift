import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct OtherCredentialTests {
  @Test(arguments: [Action.getLoginProfile, .deleteLoginProfile])
  func `nobody has a password, and who may ask is told so`(action: Action) async throws {
    let world = try await World()
    let operation = FindLoginProfile(action, "LoginProfile", World.name(.user, "bob"))
    let caller = Fixtures.caller("x", policies: [.only([action])])
    #expect(
      try await world.failure(of: operation, as: caller) == .identity(.loginProfileNotFound("bob")))
    for policies in [[], [AttachedPolicy.allBut(action)], [.administrator, .denying(action)]] {
      let caller = Fixtures.caller("x", policies: policies)
      #expect(try await world.failure(of: operation, as: caller).code == "denied")
      #expect(try world.lastRecord().outcome == "denied")
    }
  }
}
