import KMSDomain
import KMSTestKit
import Testing

@testable import KMSEngine

struct UseLedgerTests {
  private static func use(_ key: UInt64, at seconds: Int64) -> KeyUse {
    KeyUse(
      key: Fixtures.keyID(key), kind: .encrypt, time: Fixtures.start.advanced(seconds: seconds),
      request: Fixtures.origin(UInt64(seconds)).id)
  }

  @Test func `a use takes the place of the one before, and stays until it is stored`() {
    let ledger = UseLedger(since: Fixtures.start)
    ledger.note(Self.use(1, at: 1))
    ledger.note(Self.use(1, at: 2))
    #expect(ledger.pending == [Self.use(1, at: 2)])
    #expect(ledger.pending == [Self.use(1, at: 2)], "asking takes nothing out")
    ledger.settle([Self.use(1, at: 2), Self.use(9, at: 1)])
    #expect(ledger.pending.isEmpty && ledger.use(of: Fixtures.keyID(1)) == nil)
  }

  @Test func `a use that came while the one before was stored isn't forgotten`() {
    let ledger = UseLedger(since: Fixtures.start)
    ledger.note(Self.use(1, at: 1))
    let stored = ledger.pending
    ledger.note(Self.use(1, at: 2))
    ledger.settle(stored)
    #expect(ledger.use(of: Fixtures.keyID(1)) == Self.use(1, at: 2))
  }

  @Test func `the ledger has an end`() {
    let ledger = UseLedger(since: Fixtures.start, mostKeys: 2)
    for key: UInt64 in 1...3 { ledger.note(Self.use(key, at: 1)) }
    #expect(ledger.pending.count == 2 && ledger.use(of: Fixtures.keyID(3)) == nil)
    ledger.note(Self.use(1, at: 5))
    #expect(ledger.use(of: Fixtures.keyID(1)) == Self.use(1, at: 5), "known keys go on")
    ledger.settle(ledger.pending)
    ledger.note(Self.use(3, at: 6))
    #expect(ledger.pending == [Self.use(3, at: 6)])
  }
}
