import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Callers of another account: what they may do, and what they may learn.
// One after the other: every world has files open.
@Suite(.serialized) struct ForeignCallerTests {
  private static let eve = Fixtures.caller(
    "eve", account: Fixtures.otherAccount, policies: [.administrator])

  /// A world whose keys let Eve do everything, as far as their policies go.
  private static func trustingWorld(
    for trial: Trial? = nil, _ policy: String = "only user:444455556666:eve"
  ) async throws -> World {
    let world = try await World(for: trial)
    for key in [world.key, world.other] {
      try await world.put(key) { $0.policy = Array(policy.utf8) }
    }
    return world
  }

  @Test(arguments: Trial.ofUsers)
  func `a trusted stranger may do what is open to other accounts, and nothing else`(trial: Trial) async throws
  {
    for policy in ["only user:444455556666:eve", "account 444455556666"] {
      let world = try await Self.trustingWorld(for: trial, policy)
      try await world.prepare(for: trial)
      if trial.subject == .imported { try await world.put(world.imported) { $0.policy = Array(policy.utf8) } }
      let before = try await Snapshot(world)
      let error = try await trial.failure(world, as: Self.eve)
      if trial.rights.allSatisfy(\.isOpenToOtherAccounts) {
        #expect(error == nil)
      } else {
        #expect(error?.code == "denied")
        #expect(try await Snapshot(world) == before)
      }
    }
  }

  @Test(arguments: Trial.ofUsers)
  func `the key policy's trust is not enough without the stranger's own account's`(trial: Trial) async throws
  {
    let world = try await Self.trustingWorld(for: trial)
    try await world.prepare(for: trial)
    let eve = Fixtures.caller("eve", account: Fixtures.otherAccount)
    #expect(try await trial.failure(world, as: eve)?.code == "denied")
  }

  @Test(arguments: Trial.ofUsers)
  func `a stranger whom no key policy trusts is denied everything`(trial: Trial) async throws {
    let world = try await World(for: trial)
    try await world.prepare(for: trial)
    for caller in [Self.eve, Fixtures.caller("root", account: Fixtures.otherAccount, isRoot: true)] {
      #expect(try await trial.failure(world, as: caller)?.code == "denied")
    }
  }

  /// What a door tells of a refusal.
  private struct Told: Equatable {
    let action: Action
    let named: String
    let ground: Decision.Ground
    let isForeign: Bool

    init?(_ error: KMSError) {
      guard case .denied(let denial) = error else { return nil }
      action = denial.action
      named = denial.named
      ground = denial.decision.ground
      isForeign = denial.isForeign
    }
  }

  private static func references(_ world: World) -> (present: [KeyReference], absent: [KeyReference]) {
    func written(_ name: KeyName) -> KeyReference { KeyReference(.name(name), asWritten: "the name") }
    let keyring = Fixtures.keyring
    return (
      [written(KeyName(.identifier, world.key.identifier, in: keyring)), written(World.one)],
      [
        written(KeyName(.identifier, "absent", in: keyring)),
        written(KeyName(.alias, "alias/absent", in: keyring)),
      ]
    )
  }

  @Test func `absent and forbidden names look alike`() async throws {
    let world = try await World()
    let names = Self.references(world)
    let makers: [@Sendable (KeyReference) throws -> any Operation] = [
      { DescribeKey($0) }, { Encrypt.encrypt($0) }, { GenerateDataKey.dataKey($0) },
      { GenerateDataKey.dataKey($0, withPlaintext: false) },
      { try Decrypt.decrypt(world.ciphertext, key: $0) },
      { try ReEncrypt.reEncrypt(world.ciphertext, source: $0, to: $0) }, { GetKeyRotationStatus($0) },
      { DisableKey($0) }, { GetKeyPolicy($0) }, { ListKeyTags($0, marker: nil, limit: 1) },
      { CreateGrant($0, terms: World.terms, isDryRun: false) },
      { try ListGrants($0, id: nil, grantee: nil, marker: nil, limit: 1) },
      { RevokeGrant(world.grant.grant, of: $0, isDryRun: false) }, { RotateKeyOnDemand($0) },
      { EnableKeyRotation($0, periodDays: 90) }, { GetKeyLastUsage($0) },
      { try ListKeyRotations($0, includingAll: true, marker: nil, limit: 1) },
    ]
    for make in makers {
      for (present, absent) in zip(names.present, names.absent) {
        let known = try await Self.told(make(present), world)
        let unknown = try await Self.told(make(absent), world)
        #expect(known != nil && known == unknown)
        #expect(try world.lastRecord().outcome == "denied")
      }
    }
  }

  private static func told<Op: Operation>(
    _ operation: Op, _ world: World, as caller: Caller = eve
  ) async throws -> Told? {
    Told(try await world.failure(of: operation, as: caller))
  }

  @Test func `the destination of a re-encryption is no way around that`() async throws {
    let world = try await World()
    let own = Keyring(account: Fixtures.otherAccount, region: "eu-central-1", kind: .aws)
    let mine = try await world.run(.create(home: own), as: Self.eve).record
    let ciphertext = try await world.run(.encrypt(World.reference(mine)), as: Self.eve).ciphertext
    let names = Self.references(world)
    for (present, absent) in zip(names.present, names.absent) {
      let known = try await Self.told(ReEncrypt.reEncrypt(ciphertext, to: present), world)
      let unknown = try await Self.told(ReEncrypt.reEncrypt(ciphertext, to: absent), world)
      #expect(known?.action == .reEncryptTo && known == unknown)
    }
  }

  /// Eve with a key and an alias of her own.
  private static func withHerOwn(_ world: World) async throws -> (ciphertext: [UInt8], alias: KeyName) {
    let own = Keyring(account: Fixtures.otherAccount, region: "eu-central-1", kind: .aws)
    let mine = try await world.run(.create(home: own), as: Self.eve).record
    let alias = KeyName(.alias, "alias/mine", in: own)
    try await world.run(CreateAlias(alias, target: World.reference(mine)), as: Self.eve)
    return (try await world.run(.encrypt(World.reference(mine)), as: Self.eve).ciphertext, alias)
  }

  @Test func `a destination is told of only to those who may do the rest`() async throws {
    let world = try await World()
    let (ciphertext, alias) = try await Self.withHerOwn(world)
    let names = Self.references(world)
    let fresh = KeyName(.alias, "alias/fresh", in: alias.keyring)
    let makers: [(Action, @Sendable (KeyReference) throws -> any Operation)] = [
      (.reEncryptFrom, { try ReEncrypt.reEncrypt(ciphertext, to: $0) }),
      (.updateAlias, { UpdateAlias(alias, target: $0) }), (.createAlias, { CreateAlias(fresh, target: $0) }),
    ]
    let herNames = ["alias:444455556666:alias/mine", "alias:444455556666:alias/fresh"]
    for (action, make) in makers {
      let poor = [
        Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.allBut(action)]),
        Fixtures.caller(
          "eve", account: Fixtures.otherAccount,
          policies: [.administrator] + herNames.map { .denying(action, on: $0) }
            + (action == .reEncryptFrom ? [.denying(action)] : [])),
      ]
      for caller in poor {
        for (present, absent) in zip(names.present, names.absent) {
          let known = try await Self.told(make(present), world, as: caller)
          let unknown = try await Self.told(make(absent), world, as: caller)
          #expect(known?.action == action && known?.isForeign == false)
          #expect(known == unknown)
        }
      }
    }
  }

  @Test func `an explicit deny of the caller's own reads the same for absent and forbidden names`()
    async throws
  {
    let world = try await World()
    let names = Self.references(world)
    let caller = Fixtures.caller(
      "eve", account: Fixtures.otherAccount, policies: [.administrator, .denying(.describeKey)])
    for (present, absent) in zip(names.present, names.absent) {
      let known = try await Self.told(DescribeKey(present), world, as: caller)
      let unknown = try await Self.told(DescribeKey(absent), world, as: caller)
      #expect(known?.ground == .identityPolicy(policy: "denying", statement: "#deny"))
      #expect(known == unknown)
    }
  }

  @Test func `the log tells absent from forbidden`() async throws {
    let world = try await World()
    let names = Self.references(world)
    _ = try await world.failure(of: DescribeKey(names.present[0]), as: Self.eve)
    let forbidden = try #require(try world.lastRecord().demands?.first)
    #expect(forbidden.resolved == world.key.resourceName && forbidden.key == world.key.id.bits.hex)
    _ = try await world.failure(of: DescribeKey(names.absent[0]), as: Self.eve)
    let absent = try #require(try world.lastRecord().demands?.first)
    #expect(absent.named == "the name" && absent.resolved == nil && absent.key == nil)
    #expect(absent.decision == "deny" && absent.by == "noKeyPolicyStatement")
  }

  @Test func `the aliases of a foreign key are none, whether it exists or not`() async throws {
    let world = try await World()
    let own = Keyring(account: Fixtures.otherAccount, region: "eu-central-1", kind: .aws)
    let names = Self.references(world)
    for target in names.present + names.absent {
      let page = try await world.run(
        ListAliases(keyring: own, target: target, marker: nil, limit: 10), as: Self.eve)
      #expect(page.items.isEmpty && page.next == nil)
    }
  }

  @Test func `within its own account a caller learns that a name leads nowhere`() async throws {
    let world = try await World()
    let absent = KeyReference(
      .name(KeyName(.identifier, "absent", in: Fixtures.keyring)), asWritten: "absent")
    #expect(
      try await world.failure(of: DescribeKey(absent), as: Fixtures.caller("nobody"))
        == .keyNotFound("absent"))
  }

  @Test func `a foreign ciphertext says nothing of its key`() async throws {
    let world = try await World()
    let error = try await world.failure(of: .decrypt(world.ciphertext), as: Self.eve)
    guard case .denied(let denial) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(denial.isForeign && denial.named.isEmpty)
  }
}
