import KMSDomain
import Testing

extension StoreConformance {
  static let rotationPromises = [
    Promise("a schedule and what versions were made by are kept", schedulesAreKept),
    Promise("active keys are listed once their rotation is due, the earliest first", dueRotations),
  ]

  private static func schedulesAreKept(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let schedule = RotationSchedule(periodDays: 90, next: Instant(milliseconds: Sample.start + 5))
    let key = Sample.key(1).changed { $0.rotation = schedule }
    try await store.commit(.createKey(key))
    #expect(try await store.key(key.record.id) == key)
    let rotated = key.changed { record in
      record.rotate(to: Sample.version(2, cause: .schedule))
      record.rotate(to: Sample.version(3, cause: .demand))
      record.rotation = RotationSchedule(periodDays: 2560, next: .distantFuture)
    }
    try await store.commit(.updateKey(rotated, expecting: key.record.generation))
    #expect(try await store.key(key.record.id) == rotated)
    let unscheduled = rotated.changed { $0.rotation = nil }
    try await store.commit(.updateKey(unscheduled, expecting: rotated.record.generation))
    let reopened = try await suite.reopen(store)
    #expect(try await reopened.key(key.record.id) == unscheduled)
  }

  private static func dueRotations(_ suite: StoreConformance) async throws {
    let store = try await suite.storeWithEpoch()
    let now = Instant(milliseconds: Sample.start)
    let dates: [Int64?] = [3, 1, nil, 2, 4, 0]
    for (number, date) in dates.enumerated() {
      let key = Sample.key(UInt64(number)).changed { record in
        record.rotation = date.map {
          RotationSchedule(periodDays: 90, next: Instant(milliseconds: Sample.start - 10 + $0))
        }
        if number == 5 { record.state = .suspended }
      }
      try await store.commit(.createKey(key))
    }
    let expected = [1, 3, 0, 4].map { Sample.keyID($0) }
    #expect(try await store.keysToRotate(before: now, limit: 10) == expected)
    #expect(try await store.keysToRotate(before: now, limit: 2) == Array(expected.prefix(2)))
    let second = Instant(milliseconds: Sample.start - 8)
    #expect(try await store.keysToRotate(before: second, limit: 10) == Array(expected.prefix(2)))
    #expect(try await store.keysToRotate(before: Instant(milliseconds: 0), limit: 10) == [])
  }
}
