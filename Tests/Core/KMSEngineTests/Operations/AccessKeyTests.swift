import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct AccessKeyTests {
  private static let alice = World.name(.user, "alice")
  private static let bob = World.name(.user, "bob")

  @Test func `a new access key signs, and its secret leaves once`() async throws {
    let world = try await World()
    let made = try await world.run(CreateAccessKey(Self.alice))
    #expect(made.key.id.hasPrefix("AKIA") && made.key.id.utf8.count == 20)
    #expect(made.secret.count == 40)
    let secret = made.secret.bytes()
    #expect(secret.count == 40 && made.secret.bytes().isEmpty)
    let stored = try #require(try await world.house.store.accessKey(made.key.id))
    let record = try world.engine.desk.unseal(stored, .accessKey)
    #expect(record.principal == World.user && record.isActive)
    let vault = world.house.custody
    let key = try vault.signingKey(for: record, date: "20270115", region: "eu-central-1", service: "kms")
    // The same secret, given by somebody who has it, derives the same.
    let again = IssueAccessKey("AKIAAGAIN", secret: .of(secret), for: World.user, vault: vault)
    try await world.run(again, as: .system)
    let other = try #require(try await world.house.store.accessKey("AKIAAGAIN")).record
    let expected = try vault.signingKey(for: other, date: "20270115", region: "eu-central-1", service: "kms")
    #expect(key.bytes() == expected.bytes())
  }

  @Test func `the record names the access key and nothing in the log is the secret`() async throws {
    let world = try await World()
    let made = try await world.run(CreateAccessKey(Self.alice))
    #expect(try world.lastRecord().details == ["accessKey": made.key.id])
    let secret = String(decoding: made.secret.bytes(), as: UTF8.self)
    #expect(try !world.house.logText().contains(secret))
  }

  @Test func `an identity has two access keys, active or not`() async throws {
    let world = try await World()
    let first = try await world.run(CreateAccessKey(Self.alice)).key
    try await world.run(UpdateAccessKey(first.id, of: Self.alice, isActive: false))
    let second = try await world.run(CreateAccessKey(Self.alice)).key
    #expect(
      try await world.failure(of: CreateAccessKey(Self.alice)) == .identity(.tooMany(.accessKeys, 2)))
    let list = try await world.run(ListAccessKeys(Self.alice, after: nil, limit: 10))
    #expect(list.owner.name == "alice")
    #expect(list.keys.items.map(\.id) == [first.id, second.id].sorted())
    #expect(list.keys.items.first { $0.id == first.id }?.isActive == false)
    let page = try await world.run(ListAccessKeys(Self.alice, after: nil, limit: 1))
    #expect(page.keys.next == page.keys.items.first?.id)
    try await world.run(DeleteAccessKey(first.id, of: Self.alice))
    try await world.run(CreateAccessKey(Self.alice))
  }

  @Test func `a key is changed for its owner only`() async throws {
    let world = try await World()
    for operation: any Operation in [
      UpdateAccessKey(World.bobsKey, of: Self.alice, isActive: false),
      DeleteAccessKey(World.bobsKey, of: Self.alice),
    ] {
      #expect(
        try await world.failure(of: operation) == .identity(.accessKeyNotFound(World.bobsKey)))
    }
    let delete = DeleteIdentity(.deleteUser, "DeleteUser", Self.bob)
    #expect(try await world.failure(of: delete) == .identity(.holds(.accessKeys)))
  }

  @Test func `a key that somebody edited in the store isn't changed`() async throws {
    let world = try await World()
    #expect(try world.house.edit("UPDATE access_keys SET is_active = 0") == 1)
    for operation: any Operation in [
      UpdateAccessKey(World.bobsKey, of: Self.bob, isActive: true),
      DeleteAccessKey(World.bobsKey, of: Self.bob), ListAccessKeys(Self.bob, after: nil, limit: 10),
      GetAccessKeyLastUsed(World.bobsKey, in: Fixtures.account),
    ] {
      #expect(try await world.failure(of: operation) == .corrupt(.accessKey))
    }
  }

  @Test func `the last use is what the store was told`() async throws {
    let world = try await World()
    let ask = GetAccessKeyLastUsed(World.bobsKey, in: Fixtures.account)
    let never = try await world.run(ask)
    #expect(never.owner.name == "bob" && never.use == nil)
    let use = AccessKeyUse(
      accessKey: World.bobsKey, time: Fixtures.start, region: "eu-central-1", service: "kms")
    try await world.house.store.recordAccessKeyUses([use])
    #expect(try await world.run(ask).use == use)
  }

  @Test func `keys of other accounts are as absent as keys that aren't there`() async throws {
    let world = try await World()
    let stranger = Fixtures.caller(
      "eve", account: Fixtures.otherAccount, policies: [.administrator])
    for id in [World.bobsKey, "AKIANONE"] {
      let ask = GetAccessKeyLastUsed(id, in: Fixtures.otherAccount)
      #expect(
        try await world.failure(of: ask, as: stranger) == .identity(.accessKeyNotFound(id)))
      #expect(try world.lastRecord().demands?.map(\.resolved) == ["*"])
    }
  }
}
