import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct GrantTests {
  private static func terms(
    name: String = "", grantee: String = "alice", retiring: String? = nil,
    operations: [GrantOperation] = [.encrypt], constraints: GrantConstraints = .none,
    issuer: AccountID = Fixtures.account
  ) -> GrantTerms {
    GrantTerms(
      name: name, grantee: Fixtures.principal(grantee), retiring: retiring.map { Fixtures.principal($0) },
      operations: GrantOperations(operations), constraints: constraints, issuer: issuer)
  }

  private static func make(
    _ world: World, _ terms: GrantTerms, on key: KeyReference? = nil
  ) async throws -> CreateGrant.Answer {
    try await world.run(CreateGrant(key ?? world.keyReference, terms: terms, isDryRun: false))
  }

  private static func list(
    _ world: World, id: GrantID? = nil, grantee: String? = nil, marker: String? = nil, limit: Int = 100
  ) async throws -> Page<GrantRecord> {
    let list = try ListGrants(
      world.keyReference, id: id, grantee: grantee.map { Fixtures.principal($0) }, marker: marker,
      limit: limit)
    return try await world.run(list).page
  }

  private static let context = GrantConstraints(equals: .sample, subset: nil)

  @Test func `a grant is kept as it was asked for, and the record tells its id`() async throws {
    let world = try await World()
    let terms = Self.terms(
      name: "backup", retiring: "bob", operations: [.decrypt, .encrypt, .retireGrant],
      constraints: GrantConstraints(equals: .sample, subset: .empty))
    let made = try await Self.make(world, terms)
    let record = try world.lastRecord()
    #expect(record.details?["grant"] == made.grant.hex && record.details?["name"] == "backup")
    #expect(record.details?["grantee"] == Fixtures.principal("alice"))
    #expect(record.details?["operations"] == "decrypt encrypt retireGrant")
    #expect(record.details?["equals.purpose"] == "test")
    let found = try #require(try await Self.list(world, id: made.grant).items.first)
    #expect(found.terms == terms && found.id == made.grant && found.key == world.key.id)
    #expect(found.createdAt == Fixtures.start && found.region == "eu-central-1")
    #expect(made.token.grant == made.grant && made.grant.hex.count == 64)
    #expect(try await world.stored(world.key).generation == 1, "the key's record is as it was")
  }

  @Test func `the same terms under the same name are one grant, with a new token each time`() async throws {
    let world = try await World()
    let named = Self.terms(name: "n", constraints: Self.context)
    let first = try await Self.make(world, named)
    let again = try await Self.make(world, named)
    #expect(again.grant == first.grant && again.token != first.token)
    #expect(try world.lastRecord().details?["grant"] == first.grant.hex)
    var ids: Set<GrantID> = [first.grant]
    let others = [
      Self.terms(name: "m", constraints: Self.context), Self.terms(name: "n"),
      Self.terms(name: "n", grantee: "bob", constraints: Self.context),
      Self.terms(name: "n", retiring: "bob", constraints: Self.context),
      Self.terms(name: "n", operations: [.decrypt], constraints: Self.context),
      Self.terms(name: "n", constraints: GrantConstraints(equals: nil, subset: .sample)),
      Self.terms(name: "n", constraints: Self.context, issuer: Fixtures.otherAccount),
    ]
    for other in others { ids.insert(try await Self.make(world, other).grant) }
    ids.insert(try await Self.make(world, named, on: world.otherReference).grant)
    #expect(ids.count == 9)
    let nameless = Self.terms()
    #expect(try await Self.make(world, nameless).grant != Self.make(world, nameless).grant)
    try await world.run(RevokeGrant(first.grant, of: world.keyReference, isDryRun: false))
    #expect(try await Self.make(world, named).grant != first.grant, "ids are never used again")
  }

  @Test func `many who ask for the same at once get the same`() async throws {
    let world = try await World()
    let named = Self.terms(name: "once")
    try await withThrowingTaskGroup(of: GrantID.self) { group in
      for _ in 0..<20 { group.addTask { try await Self.make(world, named).grant } }
      var ids: Set<GrantID> = []
      for try await id in group { ids.insert(id) }
      #expect(ids.count == 1)
    }
    #expect(try await Self.list(world, grantee: "alice").items.count == 1)
  }

  @Test(arguments: [
    GrantOperation.sign, .verify, .getPublicKey, .generateMac, .verifyMac, .deriveSharedSecret, .encapsulate,
    .decapsulate,
  ])
  func `a grant of what the key can't do is refused`(operation: GrantOperation) async throws {
    let world = try await World()
    let before = try await Snapshot(world)
    let grant = CreateGrant(
      world.keyReference, terms: Self.terms(operations: [.encrypt, operation]), isDryRun: false)
    #expect(
      try await world.failure(of: grant)
        == .unsupportedGrantOperation(operation, key: world.key.resourceName))
    #expect(try await Snapshot(world) == before)
  }

  @Test func `a grant of everything that the key can do is made`() async throws {
    let world = try await World()
    let all = GrantOperation.allCases.filter { world.key.supports($0) }
    #expect(all.count == 11)
    let made = try await Self.make(world, Self.terms(operations: all))
    #expect(try await Self.list(world, id: made.grant).items.first?.terms.operations.members == all)
  }

  @Test func `lists come in pages, of all, of one or of one principal's`() async throws {
    let world = try await World()
    var ids: Set<String> = [world.grant.grant.hex]
    for number in 0..<7 {
      let grantee = number.isMultiple(of: 2) ? "even" : "odd"
      ids.insert(try await Self.make(world, Self.terms(grantee: grantee)).grant.hex)
    }
    _ = try await Self.make(world, Self.terms(grantee: "even"), on: world.otherReference)
    for grantee in [nil, "even", "odd", "nobody"] {
      var collected: [GrantRecord] = []
      var marker: String?
      repeat {
        let page = try await Self.list(world, grantee: grantee, marker: marker, limit: 2)
        #expect(page.items.count <= 2)
        collected += page.items
        marker = page.next
      } while marker != nil
      #expect(collected.map(\.id.hex) == collected.map(\.id.hex).sorted())
      switch grantee {
      case nil: #expect(Set(collected.map(\.id.hex)) == ids)
      case "even": #expect(collected.count == 4)
      case "odd": #expect(collected.count == 3)
      default: #expect(collected.isEmpty)
      }
    }
    let one = try await Self.list(world, id: world.grant.grant)
    #expect(one.items.map(\.terms) == [World.terms] && one.next == nil)
    #expect(try await Self.list(world, id: world.grant.grant, grantee: "even").items.isEmpty)
    let absent = GrantID(high: Fixtures.keyID(1).bits, low: Fixtures.keyID(2).bits)
    #expect(try await Self.list(world, id: absent).items.isEmpty)
    #expect(throws: KMSError.invalidMarker) {
      try ListGrants(world.keyReference, id: nil, grantee: nil, marker: "x", limit: 1)
    }
  }

  @Test func `retirable grants are those of one principal, on all keys of one Region`() async throws {
    let world = try await World()
    let one = try await Self.make(world, Self.terms(retiring: "bob"))
    let two = try await Self.make(world, Self.terms(retiring: "bob"), on: world.otherReference)
    _ = try await Self.make(world, Self.terms(retiring: "carol"))
    func page(_ region: String, marker: String? = nil, limit: Int = 10) async throws
      -> Page<ListRetirableGrants.Entry>
    {
      try await world.run(
        try ListRetirableGrants(
          retiredBy: Fixtures.principal("bob"), of: Fixtures.account, in: region, marker: marker,
          limit: limit))
    }
    let all = try await page("eu-central-1").items
    #expect(Set(all.map(\.grant.id)) == [one.grant, two.grant])
    #expect(Set(all.map(\.keyName)) == [world.key.resourceName, world.other.resourceName])
    #expect(try await page("eu-west-1").items.isEmpty)
    let first = try await page("eu-central-1", limit: 1)
    let second = try await page("eu-central-1", marker: first.next, limit: 1)
    #expect((first.items + second.items).map(\.grant.id) == all.map(\.grant.id) && second.next == nil)
    let foreign = try ListRetirableGrants(
      retiredBy: "user:444455556666:eve", of: Fixtures.otherAccount, in: "eu-central-1", marker: nil, limit: 1
    )
    #expect(try await world.failure(of: foreign).code == "denied")
  }

  @Test func `revoked and retired grants are gone`() async throws {
    let world = try await World()
    let absent = KMSError.grantNotFound(world.grant.grant.hex)
    let revoke = RevokeGrant(world.grant.grant, of: world.keyReference, isDryRun: false)
    #expect(
      try await world.failure(
        of: RevokeGrant(world.grant.grant, of: world.otherReference, isDryRun: false)) == absent)
    try await world.run(revoke)
    #expect(try world.lastRecord().details?["grant"] == world.grant.grant.hex)
    #expect(try await Self.list(world).items.isEmpty)
    #expect(try await world.failure(of: revoke) == absent)
    let retire = RetireGrant(.grant(world.grant.grant, of: world.keyReference), isDryRun: false)
    #expect(try await world.failure(of: retire) == absent)
    let byToken = RetireGrant(.token(world.grant.token), isDryRun: false)
    #expect(try await world.failure(of: byToken) == .invalidGrantToken)
  }

  @Test func `who may retire is said by the grant alone`() async throws {
    let bob = Fixtures.caller("bob")
    let eve = Fixtures.caller("eve", account: Fixtures.otherAccount)
    let foreignRoot = Fixtures.caller("x", account: Fixtures.otherAccount, isRoot: true)
    let stranger = Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.administrator])
    let denied = Fixtures.caller("bob", policies: [.denying(.retireGrant)])
    let delegated = Fixtures.caller("dave", policies: [.only([.retireGrant])])
    let root = Fixtures.caller("root", isRoot: true)
    let cases: [(GrantTerms, Caller, Bool)] = [
      (Self.terms(retiring: "bob"), bob, true), (Self.terms(retiring: "bob"), denied, false),
      (Self.terms(grantee: "bob"), bob, false),
      (Self.terms(grantee: "bob", operations: [.encrypt, .retireGrant]), bob, true),
      (Self.terms(), delegated, true), (Self.terms(), root, true), (Self.terms(), World.admin, true),
      (Self.terms(), Fixtures.caller("dave"), false), (Self.terms(), stranger, false),
      (Self.terms(), foreignRoot, false),
      (Self.terms(issuer: Fixtures.otherAccount), stranger, true),
      (Self.terms(issuer: Fixtures.otherAccount), foreignRoot, true),
      (Self.terms(issuer: Fixtures.otherAccount), eve, false),
      (Self.terms(issuer: Fixtures.otherAccount), World.admin, false),
      (Self.retirable(by: eve.principal), eve, true),
      (Self.retirable(by: "root:444455556666"), eve, false),
      (Self.retirable(by: "root:444455556666"), stranger, true),
    ]
    let world = try await World()
    for (number, (terms, caller, isAllowed)) in cases.enumerated() {
      let made = try await Self.make(world, terms)
      for target in [
        RetireGrant.Target.grant(made.grant, of: world.keyReference), .token(made.token),
      ] {
        if !isAllowed {
          let error = try await world.failure(of: RetireGrant(target, isDryRun: false), as: caller)
          #expect(error.code == "denied", "case \(number)")
        }
        let dryRun = try await world.failure(of: RetireGrant(target, isDryRun: true), as: caller)
        #expect(dryRun.code == (isAllowed ? "dryRun" : "denied"), "case \(number)")
      }
      #expect(try await Self.list(world, id: made.grant).items.count == 1)
      guard isAllowed else { continue }
      try await world.run(RetireGrant(.token(made.token), isDryRun: false), as: caller)
      #expect(try await Self.list(world, id: made.grant).items.isEmpty)
    }
  }

  private static func retirable(by principal: String) -> GrantTerms {
    GrantTerms(
      name: "", grantee: Fixtures.principal("alice"), retiring: principal,
      operations: GrantOperations([.encrypt]), constraints: .none, issuer: Fixtures.account)
  }

  @Test func `the record of a retirement names the grant that allowed it`() async throws {
    let world = try await World()
    let retirer = Fixtures.caller("retirer")
    try await world.run(RetireGrant(.token(world.grant.token), isDryRun: false), as: retirer)
    let demand = try #require(try world.lastRecord().demands?.first)
    #expect(demand.by == "grant " + world.grant.grant.hex && demand.action == "retireGrant")
    #expect(demand.key == world.key.id.bits.hex && demand.resolved == world.key.resourceName)
    #expect(demand.named == world.grant.grant.hex)
  }

  @Test func `a token that was altered or made elsewhere is no token`() async throws {
    let world = try await World()
    let sound = world.grant.token.bytes
    #expect(GrantToken(sound) == world.grant.token && sound.count == 97)
    for index in sound.indices {
      var bytes = sound
      bytes[index] ^= 1
      guard let token = GrantToken(bytes) else {
        #expect(index == 0)
        continue
      }
      let error = try await world.failure(of: RetireGrant(.token(token), isDryRun: false))
      #expect(error == .invalidGrantToken, "byte \(index)")
    }
    #expect(GrantToken(Array(sound.dropLast())) == nil && GrantToken(sound + [0]) == nil)
    let elsewhere = try await World()
    #expect(
      try await world.failure(of: RetireGrant(.token(elsewhere.grant.token), isDryRun: false))
        == .invalidGrantToken)
    #expect(try await Self.list(world).items.count == 1)
  }

  @Test func `grants go with their key`() async throws {
    let world = try await World()
    try await world.run(ScheduleKeyDeletion(world.keyReference, windowDays: 7))
    #expect(try await Self.list(world).items.count == 1)
    world.house.clock.advance(seconds: 7 * 86_400)
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    #expect(try await world.house.store.grants(of: world.key.id, to: nil, after: nil, limit: 1) == [])
    #expect(
      try await world.failure(of: RetireGrant(.token(world.grant.token), isDryRun: false))
        == .invalidGrantToken)
    let left = try ListRetirableGrants(
      retiredBy: Fixtures.principal("retirer"), of: Fixtures.account, in: "eu-central-1", marker: nil,
      limit: 10)
    #expect(try await world.run(left).items.isEmpty)
  }

  @Test func `a key has at most fifty thousand grants`() async throws {
    let world = try await World()
    let added = try world.house.edit(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 49998)
      INSERT INTO grants SELECT key, CAST(printf('%032d', i) AS BLOB), region, name, grantee, NULL, operations,
        NULL, NULL, issuer, created_at, NULL, code, NULL, NULL FROM n, (SELECT * FROM grants LIMIT 1)
      """)
    #expect(added == 49_998)
    let last = try await Self.make(world, Self.terms(name: "last"))
    let more = CreateGrant(world.keyReference, terms: Self.terms(), isDryRun: false)
    #expect(try await world.failure(of: more) == .tooManyGrants)
    #expect(try await Self.make(world, Self.terms(name: "last")).grant == last.grant)
    try await world.run(RevokeGrant(last.grant, of: world.keyReference, isDryRun: false))
    try await world.run(more)
  }

  @Test func `conditions see what is asked for`() async throws {
    let world = try await World()
    let terms = Self.terms(retiring: "bob", operations: [.encrypt, .decrypt], constraints: Self.context)
    func equals(_ values: String...) -> Condition.Test {
      .stringEquals(values, ignoringCase: false, negated: false)
    }
    let holding: [(ConditionKey, Condition.Test, Condition.Quantifier)] = [
      (.granteePrincipal, equals(Fixtures.principal("alice")), .single),
      (.retiringPrincipal, equals(Fixtures.principal("bob")), .single),
      (.grantOperations, equals("encrypt", "decrypt"), .forAll),
      (.grantConstraintType, equals("equals"), .forAny), (.grantIsForService, .bool([false]), .single),
      (.encryptionContext("purpose"), equals("test"), .single),
    ]
    let failing: [(ConditionKey, Condition.Test, Condition.Quantifier)] = [
      (.granteePrincipal, equals(Fixtures.principal("bob")), .single),
      (.retiringPrincipal, equals(Fixtures.principal("alice")), .single),
      (.grantOperations, equals("encrypt"), .forAll), (.grantConstraintType, equals("subset"), .forAny),
      (.grantIsForService, .bool([true]), .single), (.encryptionContext("purpose"), equals("x"), .single),
    ]
    for (conditions, isAllowed) in [(holding, true), (failing, false)] {
      for (key, test, quantifier) in conditions {
        let condition = Condition(
          key: key, test: test, quantifier: quantifier, ifExists: false, label: "\(key)")
        let policy = Policy(statements: [.allow(conditions: [condition])])
        let caller = Fixtures.caller("maker", policies: [AttachedPolicy(name: "p", policy: policy)])
        let error = try await world.failure(
          of: CreateGrant(world.keyReference, terms: terms, isDryRun: true), as: caller)
        #expect(error.code == (isAllowed ? "dryRun" : "denied"), "\(key)")
      }
    }
  }

  @Test func `a dry run of a revocation leaves the grant`() async throws {
    let world = try await World()
    let revoke = RevokeGrant(world.grant.grant, of: world.keyReference, isDryRun: true)
    #expect(try await world.failure(of: revoke) == .dryRun)
    #expect(try await world.failure(of: revoke, as: Fixtures.caller("nobody")).code == "denied")
    #expect(try await Self.list(world).items.count == 1)
  }

  @Test func `strangers don't learn by grants which keys exist`() async throws {
    let world = try await World()
    let eve = Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.administrator])
    let absent = KeyReference(
      .name(KeyName(.identifier, "absent", in: Fixtures.keyring)), asWritten: world.key.identifier)
    let id = GrantID(high: Fixtures.keyID(1).bits, low: Fixtures.keyID(2).bits)
    for key in [world.keyReference, absent] {
      let error = try await world.failure(
        of: RetireGrant(.grant(id, of: key), isDryRun: false), as: eve)
      #expect(error == .grantNotFound(id.hex))
    }
  }

  private static let edits = [
    "grantee = CAST('user:111122223333:eve' AS BLOB)", "retiring = NULL", "operations = 1",
    "equals = X'00000000'",
    "subset = X'00000000'", "name = CAST('x' AS BLOB)", "issuer = CAST('444455556666' AS BLOB)",
    "created_at = 1", "region = CAST('x' AS BLOB)", "code = zeroblob(32)", "operations = -1",
    "operations = 1048576", "equals = X'ff'", "id = zeroblob(32)", "issuer = X'31'",
    "key = (SELECT max(n) FROM keys)",
  ]

  @Test(arguments: edits)
  func `an edited grant is believed by nobody`(assignment: String) async throws {
    let world = try await World()
    #expect(try world.house.edit("UPDATE grants SET \(assignment)") == 1)
    let corrupt = KMSError.corrupt(.grant)
    let key = assignment.contains("key =") ? world.otherReference : world.keyReference
    let list = try ListGrants(key, id: nil, grantee: nil, marker: nil, limit: 10)
    #expect(try await world.failure(of: list) == corrupt)
    guard !assignment.contains("id ="), !assignment.contains("key =") else { return }
    let retire = RetireGrant(.token(world.grant.token), isDryRun: false)
    #expect(try await world.failure(of: retire, as: Fixtures.caller("retirer")) == corrupt)
    let revoke = RevokeGrant(world.grant.grant, of: world.keyReference, isDryRun: false)
    #expect(try await world.failure(of: revoke) == corrupt)
    guard !assignment.contains("retiring"), !assignment.contains("region") else { return }
    let retirable = try ListRetirableGrants(
      retiredBy: Fixtures.principal("retirer"), of: Fixtures.account, in: "eu-central-1", marker: nil,
      limit: 10)
    #expect(try await world.failure(of: retirable) == corrupt)
  }
}
