import KMSDomain
import KMSTestKit
import Testing

@testable import DoorKMIP

struct CorrelationsTests {
  private let clock = ManualClock()
  private let randomness = CountingRandomness()
  private let one = Fixtures.caller("one")
  private let two = Fixtures.caller("two")
  private let correlations = Correlations<Int>(.init(perClient: 2, inAll: 3, lifetime: 60))

  private func keep(_ number: Int, _ caller: Caller, as value: Bits128? = nil) -> Bits128? {
    correlations.keep(number, for: caller, as: value, (clock.now(), randomness))
  }

  @Test func `a value is worth something only to the client that got it, and once`() throws {
    let value = try #require(keep(7, one))
    #expect(correlations.take(value, for: two, at: clock.now()) == nil)
    #expect(correlations.take(value, for: one, at: clock.now()) == 7)
    #expect(correlations.take(value, for: one, at: clock.now()) == nil)
    #expect(keep(8, one, as: value) == value)
    #expect(correlations.take(value, for: one, at: clock.now()) == 8)
  }

  @Test func `a client has only so many, and so have all together`() throws {
    let first = try #require(keep(1, one))
    #expect(keep(2, one) != nil)
    #expect(keep(3, one) == nil)
    #expect(keep(4, two) != nil)
    #expect(keep(5, two) == nil)
    #expect(correlations.take(first, for: one, at: clock.now()) == 1)
    #expect(keep(6, two) != nil)
  }

  @Test func `what nobody comes back to in time is forgotten and makes room`() throws {
    let old = try #require(keep(1, one))
    #expect(keep(2, one) != nil)
    clock.advance(seconds: 60)
    #expect(correlations.take(old, for: one, at: clock.now()) == nil)
    #expect(correlations.count == 0)
    #expect(keep(3, one) != nil)
    clock.advance(seconds: 61)
    correlations.removeExpired(at: clock.now())
    #expect(correlations.count == 0)
  }
}
