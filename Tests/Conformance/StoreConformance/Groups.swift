import KMSDomain
import Testing

extension StoreConformance {
  static let groupPromises = [
    Promise("changes that fail don't harm those that are made at the same time", isolation),
    Promise("concurrent creates all arrive, once each", concurrentCreates),
    Promise("whoever has been answered sees the change", readYourWrites),
  ]

  private static func isolation(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    try await store.commit(.createKey(Sample.key(0)))
    let failures = await withTaskGroup(of: (UInt64, KMSError?).self) { group in
      for number: UInt64 in 1...120 {
        group.addTask {
          (number, await store.failure(of: mixed(number), outbox: Sample.outbox(number)))
        }
      }
      return await group.reduce(into: [UInt64: KMSError?]()) { $0[$1.0] = .some($1.1) }
    }
    for (number, failure) in failures { #expect(failure == expectedFailure(number)) }
    #expect(try await store.keyCount() == 31)
    #expect(try await store.wraps(1) == 31)
    let good = (1...120).filter { $0 % 4 == 0 }.map { Sample.outbox($0) }
    #expect(Set(try await store.outbox(limit: 1000)) == Set(good))
    for number: UInt64 in 1...120 {
      let found = try await store.key(Sample.keyID(number))
      #expect(found == (number.isMultiple(of: 4) ? Sample.key(number) : nil))
    }
  }

  /// One change in four is good; the others fail in different places, some after their first statements.
  private static func mixed(_ number: UInt64) -> StoreChange {
    switch number % 4 {
    case 0: .createKey(Sample.key(number))
    case 1: .createKey(Sample.key(number, identifier: "key-0"))
    case 2: .updateKey(Sample.key(0).changed { _ in }, expecting: 7)
    default: .deleteAlias(KeyName(.alias, "alias/absent", in: Sample.keyring), expecting: [])
    }
  }

  private static func expectedFailure(_ number: UInt64) -> KMSError? {
    switch number % 4 {
    case 0: nil
    case 1, 2: .contention
    default: .aliasNotFound("alias/absent")
    }
  }

  private static func concurrentCreates(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let total: UInt64 = 600
    let failures = await withTaskGroup(of: KMSError?.self) { group in
      for number in 0..<total { group.addTask { await store.failure(of: .createKey(Sample.key(number))) } }
      return await group.reduce(into: [KMSError?]()) { $0.append($1) }
    }
    #expect(failures.allSatisfy { $0 == nil })
    #expect(try await store.keyCount() == Int(total))
    #expect(try await store.wraps(1) == total)
    let names = try await store.keyIdentifiers(in: Sample.keyring, after: nil, limit: 1000)
    #expect(Set(names) == Set((0..<total).map { "key-\($0)" }))
  }

  private static func readYourWrites(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let blind = try await withThrowingTaskGroup(of: UInt64?.self) { group in
      for number: UInt64 in 0..<100 {
        group.addTask {
          try await store.commit(.createKey(Sample.key(number)))
          return try await store.key(Sample.keyID(number)) == Sample.key(number) ? nil : number
        }
      }
      return try await group.reduce(into: [UInt64]()) { if let number = $1 { $0.append(number) } }
    }
    #expect(blind == [])
  }
}
