import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ClientCertificateTests {
  private func add(_ number: UInt8, to user: String = "alice", days: Int = 365) -> AddClientCertificate {
    AddClientCertificate(World.newCertificate(number, days: days), to: user, in: Fixtures.account)
  }

  private func revoke(_ number: UInt8?, of user: String = "alice") -> RevokeClientCertificate {
    RevokeClientCertificate(number.map(World.fingerprint), of: user, in: Fixtures.account)
  }

  private func list(_ world: World, limit: Int = 100, after marker: String? = nil) async throws
    -> ListClientCertificates.Answer
  {
    try await world.run(ListClientCertificates(of: Fixtures.account, after: marker, limit: limit))
  }

  @Test func `a certificate is kept as it was read, with its owner and the time of its coming`() async throws
  {
    let world = try await World()
    let added = try await world.run(add(2))
    #expect(added.owner.name == "alice")
    let stored = try #require(try await world.house.store.clientCertificate(World.fingerprint(2)))
    let record = try world.engine.desk.unseal(stored, .clientCertificate)
    #expect(record == added.certificate)
    #expect(record.owner == World.user && record.isActive && record.createdAt == world.house.clock.now())
    #expect(try world.lastRecord().details == ["certificate": World.fingerprint(2).hex])
  }

  @Test func `policies come with it beside those that are there, or nothing comes`() async throws {
    let world = try await World()
    func admit(_ number: UInt8, _ policies: String...) -> AddClientCertificate {
      AddClientCertificate(
        World.newCertificate(number), to: "alice", in: Fixtures.account, .readyMade(policies))
    }
    let before = try await world.run(
      GivePolicies(.readyMade(["policy:1"]), to: .user, "alice", in: Fixtures.account))
    let once = try await world.run(admit(2, "policy:1", "policy:2")).owner
    #expect(once.carried.attached == before.carried.attached + [.builtIn("policy:2")])
    #expect(try await world.run(admit(3, "policy:2")).owner == once)
    #expect(
      try await world.failure(of: admit(4, "policy:13")) == .identity(.policyNotAttachable("policy:13")))
    #expect(try await world.house.store.clientCertificate(World.fingerprint(4)) == nil)
  }

  @Test func `a long label is cut`() async throws {
    let world = try await World()
    let long = NewClientCertificate(
      fingerprint: World.fingerprint(2), label: String(repeating: "ü", count: 1000),
      notBefore: Fixtures.start, notAfter: Fixtures.start.advanced(days: 1))
    let added = try await world.run(AddClientCertificate(long, to: "alice", in: Fixtures.account))
    #expect(added.certificate.label.utf8.count == ClientCertificate.longestLabel)
  }

  @Test func `a fingerprint belongs to one user, and stays taken after its revocation`() async throws {
    let world = try await World()
    let taken = KMSError.identity(.certificateExists(World.bobsCertificate.hex))
    #expect(try await world.failure(of: add(1)) == taken)
    #expect(try await world.failure(of: add(1, to: "bob")) == taken)
    let setUp = SetUpUser(
      "newcomer", in: Fixtures.account, .readyMade([]), withAccessKey: false,
      certificate: World.newCertificate(1))
    #expect(try await world.failure(of: setUp) == taken)
    try await world.run(revoke(1, of: "bob"))
    #expect(try await world.failure(of: add(1, to: "bob")) == taken)
  }

  @Test func `what has expired is not taken, and gives its place up`() async throws {
    let world = try await World()
    world.house.clock.advance(seconds: 2 * 86_400)
    #expect(
      try await world.failure(of: add(2, days: 1))
        == .identity(.certificateExpired(World.fingerprint(2).hex)))
    try await world.run(add(3, days: 3))
    world.house.clock.advance(seconds: 2 * 86_400)
    try await world.run(add(4))
    #expect(try await world.house.store.clientCertificate(World.fingerprint(3)) == nil)
    #expect(
      try world.lastRecord().details
        == ["certificate": World.fingerprint(4).hex, "expired": World.fingerprint(3).hex])
  }

  @Test func `a user has ten that can be used, and a hundred with those that were revoked`() async throws {
    let world = try await World()
    for number: UInt8 in 2..<12 { try await world.run(add(number)) }
    #expect(
      try await world.failure(of: add(12))
        == .identity(.tooMany(.clientCertificates, ClientCertificate.mostActive)))
    try await world.run(revoke(2))
    try await world.run(add(12))
    try await world.run(revoke(nil))
    for number: UInt8 in 13..<102 {
      try await world.run(add(number))
      try await world.run(revoke(number))
    }
    #expect(
      try await world.failure(of: add(200))
        == .identity(.tooMany(.clientCertificates, ClientCertificate.most)))
  }

  @Test func `revoking is for good, can be said twice, and is about the user's own only`() async throws {
    let world = try await World()
    for number: UInt8 in 2..<5 { try await world.run(add(number)) }
    let absent = KMSError.identity(.certificateNotFound(World.fingerprint(2).hex))
    #expect(try await world.failure(of: revoke(2, of: "bob")) == absent)
    #expect(try await world.run(revoke(2)).map(\.fingerprint) == [World.fingerprint(2)])
    #expect(try await world.run(revoke(2)).map(\.isActive) == [false])
    #expect(try await world.run(revoke(nil)).map(\.fingerprint) == [3, 4].map(World.fingerprint))
    #expect(
      try world.lastRecord().details?["certificates"]
        == [3, 4].map { World.fingerprint($0).hex }.joined(separator: " "))
    #expect(try await world.failure(of: revoke(nil)) == .identity(.certificateNotFound("")))
    let states = try await list(world).items.map(\.certificate.isActive)
    #expect(states == [true, false, false, false])
  }

  @Test func `lists have all of an account with their owners, in parts`() async throws {
    let world = try await World()
    for number: UInt8 in 2..<6 { try await world.run(add(number, to: number < 4 ? "alice" : "bob")) }
    #expect(try await list(world).items.map(\.owner.name) == ["bob", "alice", "alice", "bob", "bob"])
    let first = try await list(world, limit: 2)
    #expect(first.next == World.fingerprint(2).hex)
    let second = try await list(world, limit: 2, after: first.next)
    #expect(second.items.map(\.certificate.fingerprint) == [3, 4].map(World.fingerprint))
    #expect(throws: KMSError.invalidMarker) {
      try ListClientCertificates(of: Fixtures.account, after: "x", limit: 2)
    }
    let elsewhere = try ListClientCertificates(of: Fixtures.otherAccount, after: nil, limit: 10)
    let stranger = Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.administrator])
    #expect(try await world.run(elsewhere, as: stranger).items.isEmpty)
  }

  @Test func `a user who can still be known by one isn't deleted, and others go with theirs`() async throws {
    let world = try await World()
    let delete = DeleteIdentity(.deleteUser, "DeleteUser", World.name(.user, "alice"))
    try await world.run(add(2))
    #expect(try await world.failure(of: delete) == .identity(.holds(.clientCertificates)))
    try await world.run(revoke(2))
    try await world.run(delete)
    #expect(try await world.house.store.clientCertificate(World.fingerprint(2)) == nil)
    try await world.run(RemoveIdentity(.user, "bob", in: Fixtures.account))
    #expect(try world.lastRecord().details?["certificates"] == World.bobsCertificate.hex)
    #expect(try await list(world).items.isEmpty)
  }

  @Test func `a certificate that somebody edited in the store is believed by nobody`() async throws {
    let world = try await World()
    try await world.run(revoke(1, of: "bob"))
    #expect(try world.house.edit("UPDATE client_certificates SET is_active = 1") == 1)
    let list = try ListClientCertificates(of: Fixtures.account, after: nil, limit: 10)
    for operation: any Operation in [
      add(2, to: "bob"), revoke(1, of: "bob"), list, DescribeIdentity(.user, "bob", in: Fixtures.account),
      DeleteIdentity(.deleteUser, "DeleteUser", World.name(.user, "bob")),
    ] {
      #expect(try await world.failure(of: operation) == .corrupt(.clientCertificate))
    }
  }

  @Test func `a certificate that was moved to another user is believed by nobody`() async throws {
    let world = try await World()
    #expect(try world.house.edit("UPDATE client_certificates SET owner = CAST('AIDAalice' AS BLOB)") == 1)
    #expect(try await world.failure(of: revoke(1)) == .corrupt(.clientCertificate))
  }
}
