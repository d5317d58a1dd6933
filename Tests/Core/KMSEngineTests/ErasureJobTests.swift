import CustodySoftware
import KMSDomain
import KMSEngine
import KMSTestKit
import Testing
import TestHouse

struct ErasureJobTests {
  private static let day: Int64 = 86_400

  private static func world(isFromBeforeErasure: Bool = false) async throws -> World {
    let world = try await World(isFromBeforeErasure: isFromBeforeErasure)
    // The sample's secret is none of custody's.
    _ = try world.house.edit("DELETE FROM access_keys")
    return world
  }

  private static func destroyOther(_ world: World) async throws {
    try await world.put(world.other, in: .pendingDeletion)
    try await world.run(DestroyKey(world.other.id), as: .system)
  }

  private static func state(_ world: World) async throws -> ErasureState {
    try await world.house.store.erasure()
  }

  /// Runs until nothing is under way any more.
  private static func finish(_ job: ErasureJob, _ world: World) async throws {
    for _ in 0..<4 {
      guard try await state(world).isUnderWay else { break }
      _ = try await job.runOnce()
    }
    #expect(try await state(world).isUnderWay == false)
  }

  private static func requireErased(_ world: World, _ secret: Bits128) async throws {
    let store = world.house.store
    #expect(try await store.epochs().allSatisfy { $0.erasure == secret })
    #expect(try await store.retiredEpochs().allSatisfy { $0.erasure == secret })
    let (custody, engine) = try await world.house.restarted()
    #expect(custody.erasureSecret?.id == secret)
    let answer = try await engine.run(.decrypt(world.ciphertext), as: World.admin, from: world.origin())
    #expect(answer.plaintext.bytes() == World.plaintext)
  }

  @Test func `an erasure leaves nothing under the old secret, and that secret is gone`() async throws {
    let world = try await Self.world()
    let old = try #require(world.house.custody.erasureSecret)
    let before = try await world.house.store.epochs()
    try await Self.destroyOther(world)
    #expect(try await Self.state(world).destroyed == 1)
    #expect(try await world.run(BeginErasure(world.house.custody), as: .system))
    #expect(try await Self.state(world).destroying == 1)
    #expect(try await Self.state(world).destroyed == 0)
    try await Self.finish(ErasureJob(world.engine, world.house.custody, OneTurn(), every: nil), world)
    let state = try await Self.state(world)
    #expect(state.finished?.secret == state.begun?.secret && state.destroying == 0)
    let new = try #require(state.finished?.secret)
    #expect(new != old.id)
    try await Self.requireErased(world, new)
    // What a backup from before has of the epoch opens no more.
    let (custody, _) = try await world.house.restarted()
    for epoch in before {
      #expect(throws: KMSError.corrupt(.epoch)) { try custody.adopt(epoch) }
    }
  }

  @Test func `beginning again while one is under way changes nothing`() async throws {
    let world = try await Self.world()
    #expect(try await world.run(BeginErasure(world.house.custody), as: .system))
    let state = try await Self.state(world)
    #expect(try await world.run(BeginErasure(world.house.custody), as: .system) == false)
    #expect(try await Self.state(world) == state)
  }

  /// Where a stop leaves it: after each step, everything that follows is left to a server that starts anew.
  enum Stop: CaseIterable {
    case begun
    case secretAdded
    case epochMade
    case wrappedAgain
    case epochsRetired
    case oldSecretDestroyed
  }

  @Test(arguments: Stop.allCases)
  func `a server that starts after a stop at any step finishes it`(stop: Stop) async throws {
    let world = try await Self.world()
    try await Self.destroyOther(world)
    try await Self.walk(world, to: stop)
    let (custody, engine) = try await world.house.restarted()
    try await Self.finish(ErasureJob(engine, custody, OneTurn(), every: nil), world)
    try await Self.requireErased(world, try #require(try await Self.state(world).begun?.secret))
    let names = try world.house.records().map(\.operation)
    #expect(names.count { $0 == "BeginErasure" } == 1)
    #expect(names.count { $0 == "FinishErasure" } == (stop == .oldSecretDestroyed ? 2 : 1))
  }

  private static func walk(_ world: World, to stop: Stop) async throws {
    let custody = world.house.custody
    try await world.run(BeginErasure(custody), as: .system)
    if stop == .begun { return }
    try await world.run(AddErasureSecret(custody), as: .system)
    if stop == .secretAdded { return }
    try custody.adopt(try await world.run(RenewEpoch(custody), as: .system))
    if stop == .epochMade { return }
    for kind in WrappedKind.allCases {
      _ = try await world.run(
        RewrapMaterial(custody, of: EpochID(1), kind, after: []), as: .system)
    }
    if stop == .wrappedAgain { return }
    for epoch in try await world.run(RetireEpochs(custody), as: .system).retired {
      try custody.release(epoch)
    }
    if stop == .epochsRetired { return }
    // The disk has it, the store doesn't.
    #expect(try await world.run(FinishErasure(custody), as: .system))
    #expect(try world.house.edit("UPDATE erasure SET finished = NULL, finished_at = NULL") == 1)
  }

  @Test func `the old secret stays while anything is under it`() async throws {
    let world = try await Self.world()
    #expect(try world.house.edit("UPDATE versions SET material = zeroblob(61) WHERE key = 1") == 1)
    try await world.run(BeginErasure(world.house.custody), as: .system)
    let job = ErasureJob(world.engine, world.house.custody, OneTurn(), every: nil)
    for _ in 0..<4 { #expect(try await job.runOnce().hasFinished == false) }
    #expect(try await world.run(FinishErasure(world.house.custody), as: .system) == false)
    #expect(try await Self.state(world).isUnderWay)
  }

  @Test func `a store from before erasures is brought under a secret by its first`() async throws {
    let world = try await Self.world(isFromBeforeErasure: true)
    #expect(try await world.house.store.epochs().map(\.erasure) == [nil])
    try await world.run(BeginErasure(world.house.custody), as: .system)
    try await Self.finish(ErasureJob(world.engine, world.house.custody, OneTurn(), every: nil), world)
    try await Self.requireErased(world, try #require(try await Self.state(world).finished?.secret))
  }

  @Test func `it begins by itself when it is time and something was destroyed`() async throws {
    let world = try await Self.world()
    let job = ErasureJob(world.engine, world.house.custody, OneTurn(), every: 7 * Self.day)
    world.house.clock.advance(seconds: 30 * Self.day)
    #expect(try await job.runOnce().hasBegun == false)
    try await Self.destroyOther(world)
    #expect(
      try await ErasureJob(world.engine, world.house.custody, OneTurn(), every: nil).runOnce().hasBegun
        == false)
    #expect(try await job.runOnce().hasBegun)
    try await Self.finish(job, world)
    try await world.put(world.key, in: .pendingDeletion)
    try await world.run(DestroyKey(world.key.id), as: .system)
    world.house.clock.advance(seconds: 7 * Self.day - 60)
    #expect(try await job.runOnce().hasBegun == false)
    world.house.clock.advance(seconds: 60)
    #expect(try await job.runOnce().hasBegun)
  }

  @Test func `sessions go on over an erasure, imports that are under way don't`() async throws {
    let world = try await Self.world()
    let imported = try await world.run(.create(origin: .imported)).record
    let parcel = try await world.parcel([UInt8](1...32), for: World.reference(imported))
    try await world.run(BeginErasure(world.house.custody), as: .system)
    try await Self.finish(ErasureJob(world.engine, world.house.custody, OneTurn(), every: nil), world)
    let terms = ImportTerms(kind: nil, claimed: nil, expiry: nil, description: nil)
    let failure = try await world.failure(of: ImportKeyMaterial(World.reference(imported), parcel, terms))
    #expect(failure == .invalidImportToken)
  }

  @Test func `an erasure waits with its epochs and its secrets while somebody changes the root`() async throws
  {
    let world = try await Self.world()
    let turn = OneTurn()
    let job = ErasureJob(world.engine, world.house.custody, turn, every: nil)
    #expect(try await job.runOnce() == ErasureJob.Outcome())
    #expect(turn.taken == 0, "it looks without the right")
    let old = try #require(world.house.custody.erasureSecret)
    #expect(try await world.run(BeginErasure(world.house.custody), as: .system))
    #expect(turn.begin())
    for _ in 0..<3 { #expect(try await !job.runOnce().hasFinished) }
    #expect(world.house.custody.erasureSecret == old)
    #expect(try await world.house.store.epochs().count == 1)
    turn.end()
    try await Self.finish(job, world)
    try await Self.requireErased(world, try #require(try await Self.state(world).finished?.secret))
  }
}
