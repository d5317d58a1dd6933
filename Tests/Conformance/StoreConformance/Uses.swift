import KMSDomain
import Testing

extension StoreConformance {
  static let usePromises = [
    Promise("the latest use of each key is kept, and since when uses are recorded", usesAreKept)
  ]

  private static func usesAreKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...2 { try await store.commit(.createKey(Sample.key(number))) }
    #expect(try await store.usesRecordedSince() == nil)
    #expect(try await store.lastUse(of: Sample.keyID(1)) == nil)
    let start = Instant(milliseconds: Sample.start)
    try await store.recordUses([], since: start)
    #expect(try await store.usesRecordedSince() == start)
    let uses = KeyUse.Kind.allCases.enumerated().map { index, kind in
      KeyUse(
        key: Sample.keyID(1), kind: kind, time: start.advanced(seconds: Int64(index)),
        request: RequestID(Bits128(high: 7, low: UInt64(index))))
    }
    let absent = KeyUse(
      key: Sample.keyID(9), kind: .encrypt, time: start, request: RequestID(Bits128(high: 0, low: 0)))
    try await store.recordUses(uses.reversed() + [absent], since: start.advanced(seconds: 60))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.lastUse(of: Sample.keyID(1)) == uses.last)
    #expect(try await reopened.lastUse(of: Sample.keyID(2)) == nil)
    #expect(try await reopened.lastUse(of: Sample.keyID(9)) == nil)
    #expect(try await reopened.usesRecordedSince() == start)
  }
}
