import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct AccountTests {
  @Test func `an account is made with its root, and stands in the list`() async throws {
    let world = try await World()
    let wanted = AccountID("999900001111")
    let made = try await world.run(CreateAccount(wanted, administrator: nil), as: .system)
    #expect(made.root.account == wanted && made.root.kind == .root && made.administrator == nil)
    #expect(try world.lastRecord().details == ["account": "999900001111"])
    let listed = try await world.run(ListAccounts(after: nil, limit: 10), as: .system)
    #expect(listed.items == [made.root] && listed.next == nil)
  }

  @Test func `without a number an account gets one of 12 digits`() async throws {
    let world = try await World()
    let one = try await world.run(CreateAccount(nil, administrator: nil), as: .system)
    let two = try await world.run(CreateAccount(nil, administrator: nil), as: .system)
    #expect(one.root.account != two.root.account)
    #expect(one.root.account.text.utf8.first != UInt8(ascii: "0"))
    let first = try await world.run(ListAccounts(after: nil, limit: 1), as: .system)
    #expect(first.items.count == 1)
    let next = try #require(first.next)
    let rest = try await world.run(ListAccounts(after: next, limit: 1), as: .system)
    #expect(Set((first.items + rest.items).map(\.account)) == [one.root.account, two.root.account])
    #expect(rest.next == nil)
  }

  @Test func `an administrator comes with the account, and its access key is its own`() async throws {
    let world = try await World()
    let made = try await world.run(
      CreateAccount(
        nil, administrator: .init("boss", policies: ["policy:1"])), as: .system)
    let boss = try #require(made.administrator)
    #expect(boss.account == made.root.account && boss.carried.attached == [.builtIn("policy:1")])
    let issued = try #require(made.accessKey)
    #expect(issued.secret.count == 40)
    let stored = try #require(try await world.house.store.accessKey(issued.record.id))
    #expect(try world.engine.desk.unseal(stored, .accessKey).principal == boss.id)
    let key = try world.house.custody.signingKey(
      for: stored.record, date: "20270115", region: "eu-central-1", service: "kms")
    #expect(key.count == 32)
    #expect(try world.lastRecord().details?["accessKey"] == issued.record.id)
  }

  @Test func `a number that is taken is refused, and nothing of the second account is kept`() async throws {
    let world = try await World()
    let wanted = AccountID("999900001111")
    _ = try await world.run(CreateAccount(wanted, administrator: nil), as: .system)
    let again = CreateAccount(wanted, administrator: .init("boss", policies: []))
    #expect(try await world.failure(of: again, as: .system) == .identity(.exists(.root, "999900001111")))
    #expect(try await world.run(ListAccounts(after: nil, limit: 10), as: .system).items.count == 1)
  }
}
