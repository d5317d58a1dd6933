import KMSDomain
import KMSTestKit
import Testing

@Suite struct ManagedObjectTests {
  private static func moment(_ seconds: Int64) -> Instant { Instant(milliseconds: seconds * 1000) }

  private static func record(
    _ state: KeyState, _ change: (inout ObjectDates) -> Void = { _ in }
  ) -> KeyRecord {
    var dates = ObjectDates()
    change(&dates)
    var record = Fixtures.key(state: state)
    record.object = ManagedObject(kind: .symmetricKey, dates: dates, uses: [.encrypt])
    return record
  }

  @Test func `an object is read as it was written, and nothing else is read`() throws {
    var dates = ObjectDates()
    dates.activation = Self.moment(1)
    dates.archive = Self.moment(-5)
    let object = ManagedObject(
      kind: .certificate, isShared: true, holder: "alice", dates: dates, uses: [.verify],
      limit: UsageLimit(total: -1, left: .max, unit: .objects), names: ["", "1:ü\0"],
      notes: [1, 2, 3], terms: [0, .max])
    let bytes = object.canonicalBytes
    #expect(ManagedObject(canonical: bytes) == object)
    var renewed = object
    renewed.renewal = Self.moment(9)
    #expect(ManagedObject(canonical: renewed.canonicalBytes) == renewed)
    #expect(ManagedObject(canonical: renewed.canonicalBytes + [0]) == nil)
    let plain = ManagedObject(kind: .opaque, uses: [])
    #expect(ManagedObject(canonical: plain.canonicalBytes) == plain)
    #expect(ManagedObject(canonical: bytes + [0]) == nil)
    for count in bytes.indices { #expect(ManagedObject(canonical: Array(bytes.prefix(count))) == nil) }
  }

  @Test func `what is beyond the key is part of what the record's code covers`() {
    var record = Self.record(.active)
    let before = record.canonicalBytes
    record.object?.notes = [1]
    #expect(record.canonicalBytes != before)
    record.object = nil
    #expect(record.canonicalBytes != before)
  }

  @Test func `dates move an object on without a request`() {
    let record = Self.record(.preActive) { dates in
      dates.activation = Self.moment(100)
      dates.deactivation = Self.moment(200)
    }
    #expect(record.state(at: Self.moment(99)) == .preActive)
    #expect(record.state(at: Self.moment(100)) == .active)
    #expect(record.state(at: Self.moment(200)) == .deactivated)
    #expect(record.nextTransition == Self.moment(100))
    #expect(record.caughtUp(to: Self.moment(150)).nextTransition == Self.moment(200))
    #expect(record.caughtUp(to: Self.moment(250)).nextTransition == nil)
  }

  @Test(arguments: KeyState.allCases.filter { $0 != .preActive && $0 != .active })
  func `dates move nothing on that left the path`(state: KeyState) {
    let record = Self.record(state) { dates in
      dates.activation = Self.moment(1)
      dates.deactivation = Self.moment(2)
    }
    #expect(record.state(at: Self.moment(3)) == state)
    #expect(record.nextTransition == nil)
  }

  @Test func `what is destroyed and still has material loses it after a while`() {
    var record = Self.record(.destroyed) { $0.destruction = Self.moment(100) }
    #expect(record.nextMove == nil, "there is no material")
    record.versions[0].material = WrappedKey(epoch: EpochID(1), bytes: [1])
    #expect(record.erasure == Self.moment(100).advanced(seconds: KeyRecord.erasureDelay))
    #expect(record.nextMove == record.erasure && record.nextTransition == nil)
    record.state = .destroyedCompromised
    #expect(record.erasure != nil)
    record.state = .deactivated
    #expect(record.nextMove == nil)
  }

  @Test func `an object without an activation date waits`() {
    #expect(Self.record(.preActive).state(at: .distantFuture) == .preActive)
  }

  @Test func `protecting ends and processing begins at their own dates`() {
    let record = Self.record(.active) { dates in
      dates.processStart = Self.moment(10)
      dates.protectStop = Self.moment(20)
    }
    #expect(throws: KMSError.object(.outsideDates(record.resourceName))) {
      try record.requireDates(.processes, at: Self.moment(9))
    }
    #expect(throws: Never.self) { try record.requireDates(.processes, at: Self.moment(10)) }
    #expect(throws: Never.self) { try record.requireDates(.protects, at: Self.moment(19)) }
    #expect(throws: KMSError.object(.outsideDates(record.resourceName))) {
      try record.requireDates(.protects, at: Self.moment(20))
    }
    #expect(throws: Never.self) { try record.requireDates(.exists, at: Self.moment(30)) }
  }

  @Test func `an owner can forbid what the key could do, and allow nothing more`() {
    var record = Self.record(.active)
    #expect(record.currentUses == [.encrypt])
    record.object?.uses = [.encrypt, .sign]
    #expect(record.currentUses == [.encrypt])
    record.object = nil
    #expect(record.currentUses == record.usages)
  }
}
