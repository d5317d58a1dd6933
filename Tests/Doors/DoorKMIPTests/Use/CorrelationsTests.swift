import KMSDomain
import KMSTestKit
import Testing

@testable import DoorKMIP

struct CorrelationsTests {
  private let clock = ManualClock()
  private let one = Fixtures.caller("one")
  private let two = Fixtures.caller("two")
  private let correlations = Correlations<Int>(.init(perClient: 2, inAll: 3, lifetime: 60))

  private func keep(_ number: Int, _ caller: Caller) -> Bits128? {
    correlations.keep(number, for: caller, at: clock.now())
  }

  @Test func `a value is worth something only to the client that got it, and once`() throws {
    let value = try #require(keep(7, one))
    #expect(correlations.take(value, for: two, at: clock.now()) == nil)
    #expect(correlations.take(value, for: one, at: clock.now()) == 7)
    #expect(correlations.take(value, for: one, at: clock.now()) == nil)
  }

  @Test func `what is lent is nobody else's until it comes back, and keeps its place`() throws {
    let value = try #require(keep(7, one))
    #expect(correlations.borrow(value, for: two, at: clock.now()) == nil)
    #expect(correlations.borrow(value, for: one, at: clock.now()) == 7)
    #expect(correlations.borrow(value, for: one, at: clock.now()) == nil)
    #expect(keep(8, one) != nil)
    #expect(keep(9, one) == nil)
    correlations.giveBack(10, as: value)
    #expect(correlations.take(value, for: one, at: clock.now()) == 10)
    correlations.giveBack(11, as: value)
    #expect(correlations.take(value, for: one, at: clock.now()) == nil)
  }

  @Test func `a client with one thing at a time gets the same value each time`() throws {
    let first = try #require(keep(1, one))
    #expect(correlations.borrow(first, for: one, at: clock.now()) == 1)
    let second = try #require(keep(2, one))
    #expect(second != first)
    #expect(keep(3, two) != first)
    correlations.end(first)
    #expect(keep(4, one) == first)
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
