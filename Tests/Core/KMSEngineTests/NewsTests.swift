import KMSDomain
import KMSEngine
import KMSTestKit
import Synchronization
import TestHouse
import Testing

// One after the other: every world has files open.
@Suite(.serialized) struct NewsTests {
  /// Keeps what it is told.
  private final class Ear: ChangeListener {
    private let state = Mutex<(isListening: Bool, news: [KeyNews])>((true, []))

    var isListening: Bool {
      get { state.withLock { $0.isListening } }
      set { state.withLock { $0.isListening = newValue } }
    }

    func changed(_ news: [KeyNews]) { state.withLock { $0.news += news } }

    /// Since it was asked before.
    func heard() -> [KeyNews] {
      state.withLock { state in
        defer { state.news = [] }
        return state.news
      }
    }
  }

  private let ear = Ear()

  /// - Parameter number: of the request; each has its own.
  private static func change(
    _ house: TestHouse, _ operation: some Operation, _ number: UInt64
  ) async throws {
    _ = try await house.engine.run(operation, as: World.admin, from: Fixtures.origin(number))
  }

  private static func key(_ house: TestHouse) async throws -> KeyRecord {
    try await house.engine.run(.create(), as: World.admin, from: Fixtures.origin(1)).record
  }

  @Test func `a listener is told what a key was and what it is, and of nothing else`() async throws {
    let house = try await TestHouse(listener: ear)
    let key = try await Self.key(house)
    let made = ear.heard()
    #expect(made.map(\.after.id) == [key.id] && made[0].isNew && made[0].before == nil)
    try await Self.change(house, DisableKey(World.reference(key)), 2)
    let disabled = ear.heard()
    #expect(disabled.map(\.after.id) == [key.id] && !disabled[0].isNew)
    #expect(disabled[0].before?.record.state == .active && disabled[0].after.state == .suspended)
    try await Self.change(house, CreateAlias(World.one, target: World.reference(key)), 3)
    try await Self.change(house, DescribeKey(World.reference(key)), 4)
    #expect(ear.heard().isEmpty)
  }

  @Test func `what failed, or couldn't be recorded, is told to nobody`() async throws {
    let house = try await TestHouse(listener: ear)
    let key = try await Self.key(house)
    _ = ear.heard()
    let nobody = Fixtures.caller("nobody")
    await #expect(throws: KMSError.self) {
      try await house.engine.run(DisableKey(World.reference(key)), as: nobody, from: Fixtures.origin(2))
    }
    house.disk.fill()
    await #expect(throws: KMSError.auditUnavailable) {
      try await Self.change(house, DisableKey(World.reference(key)), 3)
    }
    #expect(ear.heard().isEmpty)
  }

  @Test func `while nobody listens nobody is told`() async throws {
    let house = try await TestHouse(listener: ear)
    ear.isListening = false
    _ = try await Self.key(house)
    #expect(ear.heard().isEmpty)
  }
}
