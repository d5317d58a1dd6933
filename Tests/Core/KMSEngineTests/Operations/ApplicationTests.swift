import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct ApplicationTests {
  private func update(_ edit: ApplicationEdit) -> UpdateApplication {
    UpdateApplication(World.application.clientID, in: Fixtures.account, edit)
  }

  private func stored(_ world: World, _ id: GUID = World.application.clientID) async throws -> Application {
    try world.engine.desk.unseal(#require(try await world.house.store.application(id)), .application)
  }

  @Test func `an application acts as its user, and both of its ids are its own`() async throws {
    let world = try await World()
    let made = try await world.run(CreateApplication("till", for: "alice", in: Fixtures.account))
    #expect(made.owner.name == "alice" && made.application.owner == World.user)
    #expect(made.application.clientID != made.application.objectID)
    #expect(try await stored(world, made.application.clientID) == made.application)
    #expect(try world.lastRecord().details == ["application": made.application.clientID.text])
    let listed = try await world.run(try ListApplications(of: Fixtures.account, after: nil, limit: 10))
    #expect(listed.items.count == 2)
    #expect(
      try await world.failure(of: CreateApplication("", for: "alice", in: Fixtures.account))
        == .identity(.applicationCredential(.text)))
  }

  @Test func `a secret is told once, proves its application until its time is over, and no other`()
    async throws
  {
    let world = try await World()
    let answer = try await world.run(update(.addSecret(days: 10)))
    let secret = try #require(answer.secret)
    let text = try #require(
      secret.text.readOnce { bytes in String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) })
    #expect(text.utf8.count == 43 && text.hasPrefix(secret.record.hint))
    let application = try await stored(world)
    let codes = world.engine.desk.authenticator
    let now = world.house.clock.now()
    #expect(application.secret(text, at: now, by: codes) == secret.record.id)
    #expect(application.secret(text + "A", at: now, by: codes) == nil)
    #expect(application.secret("", at: now, by: codes) == nil)
    #expect(application.secret(text, at: now.advanced(days: 10), by: codes) == nil)
    var other = try await world.run(CreateApplication("till", for: "alice", in: Fixtures.account)).application
    other.secrets = application.secrets
    #expect(other.secret(text, at: now, by: codes) == nil)
    #expect(!(try world.lastRecord().details ?? [:]).values.contains { $0.contains(text) })
    try await world.run(update(.removeSecret(secret.record.id)))
    #expect(try await stored(world).secret(text, at: now, by: codes) == nil)
  }

  @Test func `credentials are added once, taken away by their names, and limited`() async throws {
    let world = try await World()
    func fault(_ edit: ApplicationEdit) async throws -> KMSError? {
      try await world.failure(of: update(edit))
    }
    #expect(
      try await fault(.addCertificate(World.assertionCertificate(1)))
        == .identity(.applicationCredential(.exists)))
    #expect(
      try await fault(.addCertificate(World.assertionCertificate(2, days: -1)))
        == .identity(.applicationCredential(.expired)))
    #expect(
      try await fault(.addFederated(World.federated("pod"))) == .identity(.applicationCredential(.exists)))
    #expect(try await fault(.removeFederated(name: "x")) == .identity(.applicationCredentialNotFound("x")))
    for number in 1..<Application.mostCredentials {
      try await world.run(update(.addFederated(World.federated("job\(number)"))))
    }
    #expect(
      try await fault(.addFederated(World.federated("last")))
        == .identity(.tooMany(.applicationCredentials, Application.mostCredentials)))
    try await world.run(update(.removeFederated(name: "pod")))
    try await world.run(update(.removeCertificate(World.application.certificates[0].sha256)))
    let left = try await stored(world)
    #expect(left.federated.count == Application.mostCredentials - 1 && left.certificates.isEmpty)
  }

  @Test func `an application of another account isn't there`() async throws {
    let world = try await World()
    let other = try #require(AccountID("999988887777"))
    let id = World.application.clientID
    #expect(
      try await world.failure(of: DescribeApplication(id, in: other), as: .system)
        == .identity(.applicationNotFound(id.text)))
  }

  @Test func `a user stays as long as it has applications, or goes with them`() async throws {
    let world = try await World()
    let made = try await world.run(CreateApplication("till", for: "alice", in: Fixtures.account))
    let delete = DeleteIdentity(.deleteUser, "DeleteUser", World.name(.user, "alice"))
    #expect(try await world.failure(of: delete) == .identity(.holds(.applications)))
    try await world.run(DeleteApplication(made.application.clientID, in: Fixtures.account))
    try await world.run(delete)
    try await world.run(RemoveIdentity(.user, "bob", in: Fixtures.account))
    #expect(try await world.house.store.application(World.application.clientID) == nil)
  }

  @Test
  func `the next key of tokens is there before the last one ends, and an old one as long as its tokens`()
    async throws
  {
    let world = try await World()
    let keys = TokenKeys(world.engine, custody: world.house.custody)
    let first = try await keys.current().key
    #expect(try await keys.published().map(\.id) == [first.id])
    world.house.clock.advance(seconds: TokenKey.term - TokenKey.lead)
    try await keys.runOnce()
    let both = try await keys.published()
    #expect(both.count == 2 && both[1].startsAt == first.endsAt)
    #expect(try await keys.current().key == first)
    world.house.clock.advance(seconds: TokenKey.lead)
    #expect(try await keys.current().key == both[1])
    #expect(try await keys.published().count == 2)
    world.house.clock.advance(seconds: TokenKey.tokenLife + 3_600)
    #expect(try await keys.published().map(\.id) == [both[1].id])
    try await keys.runOnce()
    #expect(try await world.house.store.tokenKeys().map(\.record.id) == [both[1].id])
  }

  @Test func `a record reads back to what was written, and other bytes to nothing`() throws {
    let bytes = World.application.canonicalBytes
    #expect(Application(canonical: bytes) == World.application)
    for end in bytes.indices { #expect(Application(canonical: Array(bytes[..<end])) == nil) }
    #expect(Application(canonical: bytes + [0]) == nil)
  }

  @Test func `every bit of a GUID is in its text, and an account in its tenant`() throws {
    let text = "00112233-4455-6677-8899-aabbccddeeff"
    #expect(GUID(text)?.text == text && GUID(text.uppercased())?.text == text)
    for wrong in ["", "0011223344556677-8899-aabbccddeeff-----", text + "0", String(text.dropLast()) + "g"] {
      #expect(GUID(wrong) == nil)
    }
    let account = Fixtures.account
    #expect(AccountID(tenant: account.tenant) == account)
    #expect(account.tenant.text == "00000000-0000-4000-8000-" + account.text)
    #expect(AccountID(tenant: try #require(GUID(text))) == nil)
  }
}
