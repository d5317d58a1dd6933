import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// The lane that never waits: it must say what the ordinary lane says, or nothing.
// One after the other: every world has files open.
@Suite(.serialized) struct FastLaneTests {
  private static let hot: [Trial] = [
    .encrypt, .decrypt, .decryptNamed, .reEncryptFromKey, .reEncryptToKey, .dataKey, .dataKeyWithoutPlaintext,
    .describe, .sign, .verify, .mac, .verifyMac, .sharedSecret, .useToEncrypt, .useToDecrypt, .useToSign,
    .useToVerify, .useToMac, .useToVerifyMac,
  ]
  private static let changes =
    Trial.all.filter { $0.event != nil } + [
      .create, .createTagged, .tag, .untag, .updateDescription, .putPolicy, .createAlias, .moveAliasAway,
      .deleteAlias,
    ]

  @Test(arguments: hot)
  func `a cold key is for the ordinary lane`(trial: Trial) async throws {
    let world = try await World(for: trial)
    world.engine.desk.keys.forget(world.key.id)
    #expect(try trial.attempt(world, trial.entitled) == nil)
  }

  @Test(arguments: hot)
  func `a key whose material is cold is for the ordinary lane`(trial: Trial) async throws {
    guard trial.rights != [.describeKey] else { return }
    let world = try await World(for: trial)
    try await world.run(DescribeKey(world.keyReference))
    world.engine.desk.liveKeys.forget(world.key.versions)
    #expect(try trial.attempt(world, trial.entitled) == nil)
  }

  @Test(arguments: hot)
  func `a warm key is answered at once, as the ordinary lane would`(trial: Trial) async throws {
    let world = try await World(for: trial)
    #expect(try await trial.failure(world, as: trial.entitled) == nil)
    let ordinary = try world.lastRecord()
    let settled = try #require(try trial.attempt(world, trial.entitled))
    #expect(settled.failure == nil)
    #expect(try world.house.records().last?.id == ordinary.id, "the record is the caller's to commit")
    try world.engine.commit([settled.record])
    let fast = try world.lastRecord()
    #expect(fast.outcome == "success" && fast.operation == ordinary.operation)
    #expect(fast.demands?.map(\.action) == ordinary.demands?.map(\.action))
    #expect(fast.demands?.map(\.key) == ordinary.demands?.map(\.key))
    #expect(fast.demands?.map(\.by) == ordinary.demands?.map(\.by))
    #expect(fast.encryptionContext == ordinary.encryptionContext)
  }

  @Test(arguments: hot)
  func `a refusal is the same on both lanes`(trial: Trial) async throws {
    let world = try await World(for: trial)
    #expect(try await trial.failure(world, as: trial.entitled) == nil)
    let nobody = Fixtures.caller("nobody")
    // Also finds out that no grant is for this caller.
    let ordinary = try await trial.failure(world, as: nobody)
    let settled = try #require(try trial.attempt(world, nobody))
    #expect(settled.failure == ordinary && ordinary?.code == "denied")
  }

  @Test func `what one lane encrypts the other decrypts`() async throws {
    let world = try await World()
    try await world.run(DescribeKey(World.reference(World.one)))
    let encrypt = Encrypt.encrypt(World.reference(World.one))
    _ = try await world.run(.encrypt(world.keyReference))
    let settled = try #require(world.engine.attempt(encrypt, as: World.admin, from: world.origin()))
    let ciphertext = try settled.result.get().answer.ciphertext
    #expect(try await world.run(.decrypt(ciphertext)).plaintext.bytes() == World.plaintext)
    let decrypt = try Decrypt.decrypt(world.ciphertext)
    let opened = try #require(world.engine.attempt(decrypt, as: World.admin, from: world.origin()))
    #expect(try opened.result.get().answer.plaintext.bytes() == World.plaintext)
  }

  @Test(arguments: changes)
  func `changes are never made on the fast lane`(trial: Trial) async throws {
    let world = try await World(for: trial)
    try await world.prepare(for: trial)
    try await world.run(GetKeyPolicy(world.keyReference))
    let before = try await Snapshot(world)
    #expect(try trial.attempt(world, trial.entitled) == nil)
    #expect(try await Snapshot(world) == before)
  }

  @Test(arguments: hot)
  func `a disabled key is disabled on both lanes as soon as that is acknowledged`(trial: Trial) async throws {
    guard trial.rights != [.describeKey] else { return }
    let world = try await World(for: trial)
    #expect(try await trial.failure(world, as: trial.entitled) == nil)
    #expect(try trial.attempt(world, trial.entitled) != nil)
    try await world.run(DisableKey(world.keyReference))
    #expect(try trial.attempt(world, trial.entitled) == nil)
    let disabled = KMSError.keyDisabled(world.key.resourceName)
    #expect(try await trial.failure(world, as: trial.entitled) == disabled)
    if let settled = try trial.attempt(world, trial.entitled) { #expect(settled.failure == disabled) }
    try await world.run(EnableKey(world.keyReference))
    #expect(try await trial.failure(world, as: trial.entitled) == nil)
    #expect(try trial.attempt(world, trial.entitled)?.failure == nil)
  }

  @Test func `a new policy holds on the fast lane at once`() async throws {
    let world = try await World()
    try await world.run(.encrypt(world.keyReference))
    try await world.run(
      PutKeyPolicy(world.keyReference, policy: Array("nobody".utf8), bypassesLockoutCheck: true))
    #expect(try Trial.encrypt.attempt(world, World.admin) == nil)
    #expect(try await world.failure(of: .encrypt(world.keyReference)).code == "denied")
    #expect(try Trial.encrypt.attempt(world, World.admin)?.failure?.code == "denied")
  }

  @Test func `a moved name leads to its new key at once`() async throws {
    let world = try await World()
    let reference = World.reference(World.one)
    #expect(try await world.run(.encrypt(reference)).key.record.id == world.key.id)
    try await world.run(UpdateAlias(World.one, target: world.otherReference))
    #expect(world.engine.attempt(.encrypt(reference), as: World.admin, from: world.origin()) == nil)
    #expect(try await world.run(.encrypt(reference)).key.record.id == world.other.id)
    let settled = try #require(
      world.engine.attempt(Encrypt.encrypt(reference), as: World.admin, from: world.origin()))
    #expect(try settled.result.get().answer.key.record.id == world.other.id)
    try await world.run(DeleteAlias(World.one))
    #expect(try await world.failure(of: .encrypt(reference)) == .aliasNotFound("alias/one"))
  }

  @Test func `where a record must survive a power cut first, there is no fast lane`() async throws {
    for trial in Self.hot + [.random] {
      let world = try await World(for: trial, isStrict: true)
      #expect(try await trial.failure(world, as: trial.entitled) == nil)
      #expect(try trial.attempt(world, trial.entitled) == nil)
    }
  }
}
