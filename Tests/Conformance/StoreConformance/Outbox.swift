import KMSDomain
import Testing

extension StoreConformance {
  static let outboxPromises = [
    Promise("an outbox record is stored with its change, the oldest first", outboxOrder),
    Promise(
      "a change that fails leaves no outbox record, and a bad record undoes its change", outboxIsAtomic),
    Promise("settled records are gone when the call returns, others stay", settling),
    Promise("a limit counts records that are still there", settlingAndLimit),
    Promise("the audit checkpoint is the last one set", auditCheckpoint),
  ]

  private static func outboxOrder(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    #expect(try await store.outbox(limit: 10) == [])
    for number: UInt64 in [5, 3, 9, 1] {
      try await store.commit(.createKey(Sample.key(number)), outbox: Sample.outbox(number))
    }
    try await store.commit(.createKey(Sample.key(2)))
    #expect(try await store.outbox(limit: 10) == [5, 3, 9, 1].map { Sample.outbox($0) })
    #expect(try await store.outbox(limit: 2) == [5, 3].map { Sample.outbox($0) })
    #expect(try await store.outbox(limit: .max).count == 4)
  }

  private static func outboxIsAtomic(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(1)), outbox: Sample.outbox(1))
    #expect(await store.failure(of: .createKey(Sample.key(1)), outbox: Sample.outbox(2)) == .contention)
    #expect(await store.failure(of: .createKey(Sample.key(2)), outbox: Sample.outbox(1)) == .storeUnavailable)
    #expect(try await store.key(Sample.keyID(2)) == nil)
    #expect(try await store.outbox(limit: 10) == [Sample.outbox(1)])
    #expect(try await store.keyCount() == 1)
    #expect(try await store.wraps(1) == 1)
  }

  private static func settling(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...4 {
      try await store.commit(.createKey(Sample.key(number)), outbox: Sample.outbox(number))
    }
    try await store.settleOutbox([Sample.outbox(2).id, Sample.outbox(99).id])
    #expect(try await store.outbox(limit: 10) == [1, 3, 4].map { Sample.outbox($0) })
    try await store.settleOutbox([])
    try await store.settleOutbox([1, 2, 4].map { Sample.outbox($0).id })
    #expect(try await store.outbox(limit: 10) == [Sample.outbox(3)])
    try await store.commit(.createKey(Sample.key(5)), outbox: Sample.outbox(5))
    #expect(try await store.outbox(limit: 10) == [3, 5].map { Sample.outbox($0) })
    #expect(try await store.outbox(limit: 1) == [Sample.outbox(3)])
  }

  private static func settlingAndLimit(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    for number: UInt64 in 1...20 {
      try await store.commit(.createKey(Sample.key(number)), outbox: Sample.outbox(number))
    }
    try await store.settleOutbox((1...15).map { Sample.outbox($0).id })
    #expect(try await store.outbox(limit: 3) == [16, 17, 18].map { Sample.outbox($0) })
  }

  private static func auditCheckpoint(_ suite: StoreConformance) async throws {
    let store = try await suite.makeStore()
    #expect(try await store.auditCheckpoint() == nil)
    for seed: UInt64 in 1...3 {
      try await store.setAuditCheckpoint(Sample.bytes(200, seed: seed))
      #expect(try await store.auditCheckpoint() == Sample.bytes(200, seed: seed))
    }
  }
}
