import KMSDomain
import KMSTestKit
import TestHouse
import Testing

@testable import KMSEngine

/// What becomes of calls beyond a quota.
// One after the other: every world has files open.
@Suite(.serialized) struct ThrottlingTests {
  private static let region = "eu-central-1"

  private static func world(_ rates: [RequestFamily: RequestRate], share: Int = 100) async throws -> World {
    try await World(quotas: RequestQuotas(rates: rates, principalShare: share))
  }

  private static func encrypt(
    _ world: World, _ caller: Caller = World.admin, in region: String = region
  ) async -> KMSError? {
    do throws(KMSError) {
      _ = try await world.engine.run(
        Encrypt.encrypt(world.keyReference), as: caller, in: region, from: world.origin())
      return nil
    } catch {
      return error
    }
  }

  private static func attempt(
    _ world: World, _ caller: Caller = World.admin
  ) -> Settled<Encrypt.Answer>? {
    world.engine.attempt(
      Encrypt.encrypt(world.keyReference), as: caller, in: region, from: world.origin())
  }

  @Test func `a call beyond the quota does nothing and is recorded as refused`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(3)])
    for _ in 0..<3 { #expect(await Self.encrypt(world) == nil) }
    let last = try #require(world.engine.desk.uses.use(of: world.key.id))
    #expect(await Self.encrypt(world) == .throttled)
    let record = try world.lastRecord()
    #expect(record.outcome == "rejected" && record.code == "throttled" && record.count == 1)
    #expect(record.operation == "Encrypt" && record.who?.principal == World.admin.principal)
    #expect(record.demands?.map(\.action) == ["encrypt"] && record.demands?.first?.decision == nil)
    #expect(world.engine.desk.uses.use(of: world.key.id) == last, "it is no use of the key")
    #expect(await Self.encrypt(world, in: "us-east-1") == nil, "another Region has a quota of its own")
    #expect(try await world.run(DescribeKey(world.keyReference)).record.id == world.key.id)
    world.house.elapsed.advance(seconds: 1)
    #expect(await Self.encrypt(world) == nil)
  }

  @Test func `both lanes take from one quota`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(4)])
    for _ in 0..<2 { #expect(await Self.encrypt(world) == nil) }
    for _ in 0..<2 { #expect(try Self.attempt(world)?.result.get() != nil) }
    let settled = try #require(Self.attempt(world))
    #expect(throws: KMSError.throttled) { try settled.result.get() }
    #expect(!settled.isCounted)
    try world.engine.commit([settled.record])
    let fast = try world.lastRecord()
    #expect(await Self.encrypt(world) == .throttled)
    let ordinary = try world.lastRecord()
    #expect(fast.outcome == ordinary.outcome && fast.code == ordinary.code)
    #expect(fast.operation == ordinary.operation && fast.demands?.count == ordinary.demands?.count)
  }

  @Test func `what the fast lane hands over is counted once`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(2)])
    for _ in 0..<5 {
      world.engine.desk.keys.forget(world.key.id)
      #expect(Self.attempt(world) == nil)
    }
    for _ in 0..<2 { #expect(await Self.encrypt(world) == nil) }
    #expect(await Self.encrypt(world) == .throttled)
  }

  @Test func `slow work straight from the fast lane counts once, and is refused before it waits`()
    async throws
  {
    let world = try await Self.world([.curves: RequestRate(2)])
    let kind = Trial.Kind(spec: .p384, usages: [.sign, .verify])
    let record = try await world.run(.create(kind: kind)).record
    let key = World.reference(record)
    #expect(try await Self.sign(key, world, in: "elsewhere") == nil, "from now on the key is warm")
    for _ in 0..<2 { #expect(try await Self.sign(key, world) == nil) }
    #expect(try await Self.sign(key, world) == .throttled)
    #expect(try world.lastRecord().code == "throttled")
    world.engine.desk.keys.forget(record.id)
    world.house.elapsed.advance(milliseconds: 500)
    #expect(try await Self.sign(key, world) == nil, "cold by then: the ordinary lane doesn't count it again")
    #expect(try await Self.sign(key, world) == .throttled)
  }

  private static func sign(
    _ key: KeyReference, _ world: World, in region: String = region
  ) async throws -> KMSError? {
    let result = await withCheckedContinuation { continuation in
      world.engine.runSlowly(
        Sign.sign(key, by: .ecdsaSHA384), as: World.admin, in: region, from: world.origin()
      ) { continuation.resume(returning: $0) }
    }
    do {
      _ = try result.get()
      return nil
    } catch {
      return error
    }
  }

  @Test func `a flood is recorded by its first few and by one count`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(1)])
    #expect(await Self.encrypt(world) == nil)
    let before = try world.house.records().count
    for _ in 0..<12 { #expect(await Self.encrypt(world) == .throttled) }
    for _ in 0..<13 {
      let settled = try #require(Self.attempt(world))
      #expect(settled.isCounted)
    }
    let bob = Fixtures.caller("bob", policies: [.administrator])
    #expect(await Self.encrypt(world, bob) == .throttled, "another principal's are told apart")
    try await world.engine.recordSuppressedRejections()
    let records = try world.house.records().dropFirst(before)
    #expect(records.filter { $0.who != nil }.count == 11)
    let counting = try #require(records.last)
    #expect(records.count == 12 && counting.code == "throttled" && counting.count == 15)
    #expect(counting.details == ["principal": World.admin.principal])
    #expect(records.reduce(0) { $0 + ($1.count ?? 0) } == 26, "none is missing")
    #expect(world.engine.meter?.throttled == 26)
    try await world.engine.recordSuppressedRejections()
    #expect(try world.house.records().count == before + 12)
  }

  @Test func `a refusal that can't be recorded isn't told, and a count that can't be is kept`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(1)])
    #expect(await Self.encrypt(world) == nil)
    for _ in 0..<12 { #expect(await Self.encrypt(world) == .throttled) }
    world.house.disk.fill()
    world.house.clock.advance(seconds: 1)
    #expect(await Self.encrypt(world) == .auditUnavailable)
    await #expect(throws: KMSError.auditUnavailable) { try await world.engine.recordSuppressedRejections() }
    world.house.disk.clear()
    try await world.engine.recordSuppressedRejections()
    #expect(try world.lastRecord().count == 2)
  }

  @Test func `a moved clock gives nobody more`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(1)])
    #expect(await Self.encrypt(world) == nil)
    world.house.clock.advance(seconds: 86_400)
    #expect(await Self.encrypt(world) == .throttled)
  }

  @Test func `a call on another account's key counts for the account that calls`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(2)])
    try await world.put(world.key) { $0.policy = Array("account 444455556666".utf8) }
    let eve = Fixtures.caller("eve", account: Fixtures.otherAccount, policies: [.administrator])
    for _ in 0..<2 { #expect(await Self.encrypt(world, eve) == nil) }
    #expect(await Self.encrypt(world, eve) == .throttled)
    #expect(await Self.encrypt(world)?.code == "denied", "the quota of the key's owner is untouched")
  }

  @Test func `refused and failed calls count too, and so do dry runs`() async throws {
    let world = try await Self.world([.symmetric: RequestRate(2)])
    let nobody = Fixtures.caller("nobody")
    #expect(await Self.encrypt(world, nobody)?.code == "denied")
    await #expect(throws: KMSError.dryRun) {
      try await world.engine.run(
        Encrypt.encrypt(world.keyReference, isDryRun: true), as: World.admin, in: Self.region,
        from: world.origin())
    }
    #expect(await Self.encrypt(world) == .throttled)
  }

  @Test func `cryptography counts by the algorithm that is asked for`() async throws {
    let world = try await World()
    let key = world.keyReference
    #expect(Encrypt.encrypt(key).family == .symmetric)
    #expect(Sign.sign(key, by: .rsaPSSSHA256).family == .rsa)
    #expect(Sign.sign(key, by: .ecdsaSHA256).family == .curves)
    #expect(Sign.sign(key, by: .mlDSA).family == .mlDSA)
    #expect(GenerateMac.mac(key).family == .symmetric)
    #expect(Encapsulate(key, isDryRun: false).family == .mlKEM)
    func encrypt(_ algorithm: EncryptionAlgorithm) -> Encrypt {
      Encrypt(
        key, plaintext: .of([1]), by: algorithm, context: .sample, isDryRun: false)
    }
    #expect(encrypt(.rsaOAEPSHA256).family == .rsa && encrypt(.sm2PKE).family == .curves)
    let from = try ReEncrypt.reEncrypt(world.ciphertext, to: key)
    #expect(from.family == .symmetric)
    for spec in KeySpec.allCases {
      let isPair = spec.isAsymmetric
      #expect((RequestFamily(pairOf: spec) != .symmetric) == isPair)
    }
  }

  @Test func `an account gets no more keys in a Region than it may have, however many ask at once`()
    async throws
  {
    let world = try await World(keysPerRegion: 7)
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for _ in 0..<20 {
        group.addTask {
          do throws(KMSError) {
            _ = try await world.engine.run(CreateKey.create(), as: World.admin, from: world.origin())
            return nil
          } catch {
            return error
          }
        }
      }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.count { $0 == nil } == 5, "the world has two")
    #expect(failures.count { $0 == .tooManyKeys(most: 7, present: 7) } == 15)
    #expect(try await world.house.store.keyCount() == 7)
    let elsewhere = Keyring(account: Fixtures.account, region: "us-east-1", kind: .aws)
    _ = try await world.run(.create(home: elsewhere))
    #expect(try await world.failure(of: .create()) == .tooManyKeys(most: 7, present: 7))
    let record = try world.lastRecord()
    #expect(record.outcome == "failed" && record.code == "tooManyKeys")
  }

  @Test func `a destroyed key makes room, and a replica takes it in its own Region`() async throws {
    let world = try await World(keysPerRegion: 3)
    let primary = try await world.run(.create(isMultiRegion: true)).record
    #expect(try await world.failure(of: .create()) == .tooManyKeys(most: 3, present: 3))
    func replicate(to region: String) -> ReplicateKey {
      ReplicateKey(
        World.reference(primary), region: region, description: "", tags: [], policy: nil,
        bypassesLockoutCheck: false)
    }
    let west = Keyring(account: Fixtures.account, region: "us-west-2", kind: .aws)
    for _ in 0..<3 { _ = try await world.run(.create(home: west)) }
    #expect(try await world.failure(of: replicate(to: "us-west-2")) == .tooManyKeys(most: 3, present: 3))
    #expect(try await world.stored(primary).family?.regions.count == 1, "nothing of it was done")
    _ = try await world.run(replicate(to: "us-east-1"))
    try await world.put(world.other) { record in
      record.state = .pendingDeletion
      record.deletionDate = Fixtures.start
    }
    #expect(try await world.failure(of: .create()).code == "tooManyKeys", "it is still there")
    #expect(try await DeletionJob(world.engine).runOnce() == 1)
    _ = try await world.run(.create())
  }
}
