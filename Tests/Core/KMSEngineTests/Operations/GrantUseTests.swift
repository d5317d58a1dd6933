import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Grants allow, on both lanes, from the moment they are made to the moment they are taken away.
// One after the other: every world has files open.
@Suite(.serialized) struct GrantUseTests {
  private static let alice = Fixtures.caller("alice")

  private static func terms(
    _ grantee: String = Fixtures.principal("alice"), _ operations: [GrantOperation] = [.encrypt],
    _ constraints: GrantConstraints = .none
  ) -> GrantTerms {
    GrantTerms(
      name: "", grantee: grantee, retiring: nil, operations: GrantOperations(operations),
      constraints: constraints, issuer: Fixtures.account)
  }

  private static func make(
    _ world: World, _ terms: GrantTerms = terms(), as caller: Caller = World.admin
  ) async throws -> CreateGrant.Answer {
    try await world.run(CreateGrant(world.keyReference, terms: terms, isDryRun: false), as: caller)
  }

  /// What the fast lane says; nil when it hands over.
  private static func attempt(_ world: World, as caller: Caller) -> Bool? {
    let settled = world.engine.attempt(Encrypt.encrypt(world.keyReference), as: caller, from: world.origin())
    return settled.map { if case .success = $0.result { true } else { false } }
  }

  private static func isAllowed(_ world: World, as caller: Caller) async throws -> Bool {
    do {
      try await world.run(Encrypt.encrypt(world.keyReference), as: caller)
      return true
    } catch KMSError.denied {
      return false
    }
  }

  @Test func `a grant allows at once what it says to whom it names, and the record names it`() async throws {
    let world = try await World()
    #expect(try await !Self.isAllowed(world, as: Self.alice))
    let made = try await Self.make(world)
    #expect(try await Self.isAllowed(world, as: Self.alice))
    let demand = try #require(try world.lastRecord().demands?.first)
    #expect(demand.by == "grant " + made.grant.hex && demand.decision == "allow")
    #expect(Self.attempt(world, as: Self.alice) == true)
    #expect(try await !Self.isAllowed(world, as: Fixtures.caller("bob")))
    #expect(try await world.failure(of: Decrypt.decrypt(world.ciphertext), as: Self.alice).code == "denied")
  }

  @Test
  func `the fast lane knows a caller's grants once somebody has looked, and forgets them with every change`()
    async throws
  {
    let world = try await World()
    let made = try await Self.make(world)
    #expect(Self.attempt(world, as: Self.alice) == nil, "the key is cold")
    #expect(try await Self.isAllowed(world, as: Self.alice))
    #expect(Self.attempt(world, as: Self.alice) == true)
    #expect(Self.attempt(world, as: Fixtures.caller("bob")) == nil, "nobody has looked for this caller")
    #expect(try await !Self.isAllowed(world, as: Fixtures.caller("bob")))
    #expect(Self.attempt(world, as: Fixtures.caller("bob")) == false)
    _ = try await Self.make(world, Self.terms(Fixtures.principal("carol")))
    #expect(Self.attempt(world, as: Self.alice) == nil)
    try await world.run(RevokeGrant(made.grant, of: world.keyReference, isDryRun: false))
    #expect(Self.attempt(world, as: Self.alice) == nil)
    #expect(try await !Self.isAllowed(world, as: Self.alice))
    #expect(Self.attempt(world, as: Self.alice) == false)
  }

  @Test func `a policy that asks for a key's aliases finds them where a grant is given up`() async throws {
    let world = try await World()
    let made = try await Self.make(
      world, Self.terms(Fixtures.principal("alice"), [.encrypt, .retireGrant]))
    func alice(_ alias: String) -> Caller {
      let condition = Condition(
        key: .resourceAliases, test: .stringEquals([alias], ignoringCase: false, negated: false),
        quantifier: .forAny, ifExists: false, label: "")
      return Fixtures.caller(
        "alice",
        policies: [
          AttachedPolicy(name: "own", policy: Policy(statements: [.deny(conditions: [condition])]))
        ])
    }
    let retire = RetireGrant(.token(made.token), isDryRun: false)
    #expect(try await world.failure(of: retire, as: alice("alias/one")).code == "denied")
    try await world.run(retire, as: alice("alias/two"))
  }

  @Test func `a grant that was retired allows no more`() async throws {
    let world = try await World()
    let made = try await Self.make(world)
    #expect(try await Self.isAllowed(world, as: Self.alice))
    try await world.run(RetireGrant(.token(made.token), isDryRun: false))
    #expect(try await !Self.isAllowed(world, as: Self.alice))
  }

  @Test func `a key without grants has none to look for`() async throws {
    let world = try await World()
    let bob = Fixtures.caller("bob", policies: [.administrator])
    let encrypt = Encrypt.encrypt(World.reference(world.other))
    try await world.run(encrypt)
    #expect(world.engine.attempt(encrypt, as: bob, from: world.origin()) != nil)
  }

  @Test func `grants to a role are its sessions', those to an account whom its policies let`() async throws {
    let world = try await World()
    let session = Caller(
      account: Fixtures.account, principal: "session:app:one", principalID: "AROA:one", userName: nil,
      isRoot: false, credential: "ASIATEST", policies: [],
      session: Session(
        kind: .role("role:app"), name: "one", issuedAt: Fixtures.start,
        expiresAt: Fixtures.start.advanced(days: 1), policies: nil, sourceIdentity: nil, provider: nil))
    #expect(try await !Self.isAllowed(world, as: session))
    _ = try await Self.make(world, Self.terms("role:app"))
    #expect(try await Self.isAllowed(world, as: session))
    let eve = Fixtures.caller("eve", account: Fixtures.otherAccount)
    let rich = Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.administrator])
    #expect(try await !Self.isAllowed(world, as: rich))
    _ = try await Self.make(world, Self.terms("root:444455556666"))
    #expect(try await Self.isAllowed(world, as: rich))
    #expect(try await !Self.isAllowed(world, as: eve))
  }

  @Test func `whoever may make grants by a grant passes on no more than it has`() async throws {
    let world = try await World()
    let constraints = GrantConstraints(equals: nil, subset: .sample)
    _ = try await Self.make(
      world, Self.terms(Self.alice.principal, [.createGrant, .encrypt], constraints))
    func pass(_ operations: [GrantOperation], _ constraints: GrantConstraints) async throws -> String? {
      do {
        _ = try await Self.make(
          world, Self.terms(Fixtures.principal("bob"), operations, constraints), as: Self.alice)
        return nil
      } catch let error as KMSError {
        return error.code
      }
    }
    #expect(try await pass([.encrypt], .none) == "denied")
    #expect(try await pass([.encrypt, .decrypt], constraints) == "denied")
    #expect(try await pass([.encrypt], constraints) == nil)
    #expect(try await pass([.encrypt], GrantConstraints(equals: .sample, subset: nil)) == nil)
  }

  @Test func `aliases of the key are read when a policy asks for them`() async throws {
    let world = try await World()
    let condition = Condition(
      key: .resourceAliases, test: .stringLike([Glob("alias/o*")], negated: false), quantifier: .forAny,
      ifExists: false, label: "aliases")
    let policy = Policy(statements: [.allow(conditions: [condition])])
    let caller = Fixtures.caller("alice", policies: [AttachedPolicy(name: "one", policy: policy)])
    #expect(try await Self.isAllowed(world, as: caller))
    #expect(Self.attempt(world, as: caller) == nil, "the store says which they are")
    try await world.run(DeleteAlias(World.one))
    #expect(try await !Self.isAllowed(world, as: caller))
  }

  @Test func `the time of a call is known`() async throws {
    let world = try await World()
    func caller(until comparison: Condition.Comparison) -> Caller {
      let condition = Condition(
        key: .currentTime, test: .date([Fixtures.start.advanced(days: 1)], comparison), quantifier: .single,
        ifExists: false, label: "time")
      let policy = Policy(statements: [.allow(conditions: [condition])])
      return Fixtures.caller("alice", policies: [AttachedPolicy(name: "one", policy: policy)])
    }
    #expect(try await Self.isAllowed(world, as: caller(until: .less)))
    #expect(try await !Self.isAllowed(world, as: caller(until: .greater)))
  }
}
