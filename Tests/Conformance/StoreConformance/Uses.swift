import KMSDomain
import Testing

extension StoreConformance {
  static let usePromises = [
    Promise("the latest use of each key is kept, and since when uses are recorded", usesAreKept),
    Promise("the latest use of each access key is kept as long as the key is there", accessKeyUses),
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

  private static func accessKeyUses(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.addIdentity(Sample.user("AIDA1")))
    let key = Sample.accessKey("AKIA1")
    try await store.commit(.addAccessKey(key, owner: 0, most: 2))
    #expect(try await store.lastUse(ofAccessKey: "AKIA1") == nil)
    let start = Instant(milliseconds: Sample.start)
    func use(_ key: String, _ seconds: Int64, _ service: String) -> AccessKeyUse {
      AccessKeyUse(
        accessKey: key, time: start.advanced(seconds: seconds), region: "eu-central-1", service: service)
    }
    try await store.recordAccessKeyUses([])
    try await store.recordAccessKeyUses([
      use("AKIA1", 2, "kms"), use("AKIA1", 1, "iam"), use("AKIA9", 1, "iam"),
    ])
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.lastUse(ofAccessKey: "AKIA1") == use("AKIA1", 2, "kms"))
    #expect(try await reopened.lastUse(ofAccessKey: "AKIA9") == nil)
    try await reopened.commit(.removeAccessKey("AKIA1", expecting: key.code))
    #expect(try await reopened.lastUse(ofAccessKey: "AKIA1") == nil)
    try await reopened.commit(.addAccessKey(key, owner: 0, most: 2))
    #expect(try await reopened.lastUse(ofAccessKey: "AKIA1") == nil)
  }
}
