import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

/// The life of an object (KMIP 2.1 section 4.57): what may happen in which state, and what dates do by themselves.
// One after the other: every world has files open.
@Suite(.serialized) struct LifeTests {
  enum Event: CaseIterable, Sendable {
    case activate, revoke, compromise, destroy
  }

  /// The state afterwards; nil where it can't happen.
  private static func after(_ event: Event, in state: KMIP.State) -> KMIP.State? {
    switch (event, state) {
    case (.activate, .preActive): .active
    case (.activate, _): nil
    case (.revoke, .active): .deactivated
    case (.revoke, _): nil
    case (.compromise, .destroyed), (.compromise, .destroyedCompromised): .destroyedCompromised
    case (.compromise, _): .compromised
    case (.destroy, .preActive), (.destroy, .deactivated): .destroyed
    case (.destroy, .compromised): .destroyedCompromised
    case (.destroy, _): nil
    }
  }

  private static func cause(_ event: Event, _ key: String, _ world: DoorWorld) async throws -> Item {
    switch event {
    case .activate: try await world.about(key, .activate)
    case .revoke: try await world.revoke(key, .cessationOfOperation)
    case .compromise: try await world.revoke(key, .keyCompromise)
    case .destroy: try await world.about(key, .destroy)
    }
  }

  private static func key(in state: KMIP.State, _ world: DoorWorld) async throws -> String {
    let key = try await world.made()
    let events: [Event] =
      switch state {
      case .preActive: []
      case .active: [.activate]
      case .deactivated: [.activate, .revoke]
      case .compromised: [.compromise]
      case .destroyed: [.destroy]
      case .destroyedCompromised: [.compromise, .destroy]
      }
    for event in events { #expect(try await cause(event, key, world).isSuccess) }
    #expect(try await world.state(of: key) == state)
    return key
  }

  @Test(arguments: KMIP.State.allCases)
  func `from each state exactly these lead on`(state: KMIP.State) async throws {
    let world = try await DoorWorld()
    for event in Event.allCases {
      let key = try await Self.key(in: state, world)
      let answer = try await Self.cause(event, key, world)
      let expected = Self.after(event, in: state)
      #expect(answer.isSuccess == (expected != nil), "\(event) in \(state)")
      #expect(try await world.state(of: key) == expected ?? state)
      guard expected == nil else { continue }
      let isGone = state == .destroyed || state == .destroyedCompromised
      #expect(answer.reason == (isGone && event != .revoke ? .objectDestroyed : .wrongKeyLifecycleState))
    }
  }

  @Test func `older clients hear only that it isn't permitted`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(in: .active, world)
    for version in [KMIPVersion.v1_0, .v1_4, .v2_0] {
      #expect(try await world.about(key, .destroy, in: version).reason == .permissionDenied)
      #expect(try await world.about(key, .activate, in: version).reason == .permissionDenied)
    }
  }

  @Test func `dates move an object on without a request`() async throws {
    let world = try await DoorWorld()
    let now = world.house.clock.now()
    let key = try await world.made { list in
      list.set(.activationDate, to: now.advanced(seconds: 100))
      list.set(.deactivationDate, to: now.advanced(seconds: 200))
    }
    #expect(try await world.state(of: key) == .preActive)
    world.house.clock.advance(seconds: 100)
    #expect(try await world.state(of: key) == .active)
    world.house.clock.advance(seconds: 100)
    #expect(try await world.state(of: key) == .deactivated)
    #expect(try await world.about(key, .destroy).isSuccess)
  }

  @Test func `a lease is as long as the server says, and no longer than the key's own time`() async throws {
    let world = try await DoorWorld()
    let now = world.house.clock.now()
    func lease(_ key: String) async throws -> UInt32? {
      try await world.about(key, .obtainLease).payload?[.leaseTime]?.interval
    }
    let endless = try await world.made { $0.set(.activationDate, to: now) }
    let ending = try await world.made { list in
      list.set(.activationDate, to: now)
      list.set(.deactivationDate, to: now.advanced(seconds: 4000))
    }
    #expect(try await lease(endless) == 3600)
    #expect(try await lease(ending) == 3600)
    world.house.clock.advance(seconds: 3990)
    #expect(try await lease(endless) == 3600)
    #expect(try await lease(ending) == 10)
    let check = { (seconds: UInt32) in
      try await world.about(ending, .check) { $0.interval(.leaseTime, seconds) }
    }
    #expect(try await check(10).isSuccess)
    #expect(try await check(11).reason == .permissionDenied)
    world.house.clock.advance(seconds: 10)
    #expect(try await lease(ending) == 0)
    // The attribute says how long leases are, not what is left.
    #expect(try await world.attribute(.leaseTime, of: ending).first?.interval == 3600)
  }

  @Test func `a date that is modified to the past has its effect at once`() async throws {
    let world = try await DoorWorld()
    let now = world.house.clock.now()
    let key = try await world.made { $0.set(.activationDate, to: now.advanced(seconds: 100)) }
    #expect(try await world.change(key, .modifyAttribute) { $0.set(.activationDate, to: now) }.isSuccess)
    #expect(try await world.state(of: key) == .active)
    #expect(try await world.change(key, .addAttribute) { $0.set(.deactivationDate, to: now) }.isSuccess)
    #expect(try await world.state(of: key) == .deactivated)
  }

  @Test func `each change leaves its date and reason`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    let start = world.house.clock.now()
    world.house.clock.advance(seconds: 10)
    _ = try await world.about(key, .activate)
    world.house.clock.advance(seconds: 10)
    _ = try await world.about(key, .revoke) { writer in
      writer.structure(.revocationReason) { writer in
        writer.enumeration(KMIP.RevocationReasonCode.keyCompromise)
        writer.text(.revocationMessage, "found on a bench")
      }
    }
    world.house.clock.advance(seconds: 10)
    _ = try await world.about(key, .destroy)
    let all = try await world.attributes(of: key)
    #expect(all.date(.initialDate) == start)
    #expect(all.date(.activationDate) == start.advanced(seconds: 10))
    #expect(all.date(.compromiseDate) == start.advanced(seconds: 20))
    #expect(all.date(.compromiseOccurrenceDate) == start)
    #expect(all.date(.destroyDate) == start.advanced(seconds: 30))
    #expect(all.date(.lastChangeDate) == start.advanced(seconds: 30))
    #expect(all.value(.revocationReason)?[.revocationMessage]?.text == "found on a bench")
    #expect(!all.contains(AttributeName(.digest)))
  }

  @Test func `only a compromise has an occurrence date, and a reason must be known`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(in: .active, world)
    let odd = try await world.about(key, .revoke) { writer in
      writer.structure(.revocationReason) { $0.enumeration(KMIP.RevocationReasonCode.superseded) }
      writer.dateTime(.compromiseOccurrenceDate, 0)
    }
    #expect(odd.reason == .invalidField)
    let unknown = try await world.about(key, .revoke) { writer in
      writer.structure(.revocationReason) { $0.enumeration(.revocationReasonCode, 99) }
    }
    #expect(unknown.reason == .invalidField)
    #expect(try await world.about(key, .revoke).reason == .invalidMessage)
  }

  @Test func `what is in the archive is only looked at`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    #expect(try await world.about(key, .archive).isSuccess)
    #expect(try await world.about(key, .archive).reason == .objectArchived)
    for operation in [KMIP.Operation.get, .activate, .destroy, .obtainLease, .check] {
      #expect(try await world.about(key, operation).reason == .objectArchived)
    }
    #expect(try await world.revoke(key, .keyCompromise).reason == .objectArchived)
    #expect(
      try await world.change(key, .addAttribute) { $0.set(.comment, to: "a") }.reason == .objectArchived)
    #expect(try await world.attributes(of: key, .archiveDate).contains(AttributeName(.archiveDate)))
    #expect(try await world.about(key, .recover).isSuccess)
    #expect(try await world.about(key, .recover).isSuccess)
    #expect(try await world.about(key, .get).isSuccess)
    #expect(try await world.attributes(of: key, .archiveDate).isEmpty)
  }

  @Test func `a key that is at home elsewhere isn't destroyed here`() async throws {
    let world = try await DoorWorld()
    let key = try await world.awsKey()
    #expect(try await world.about(key, .destroy).reason == .permissionDenied)
    #expect(try await world.state(of: key) == .active)
  }

  @Test func `usage is allocated until none is left`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made { list in
      list.set(.activationDate, to: Fixtures.start)
      list.set(.usageLimits) { writer in
        writer.structure(.usageLimits) { writer in
          writer.longInteger(.usageLimitsTotal, 100)
          writer.enumeration(KMIP.UsageLimitsUnit.byte)
        }
      }
    }
    func take(
      _ count: Int64, _ operation: KMIP.Operation = .getUsageAllocation, in version: KMIPVersion = .v2_1
    )
      async throws -> Item
    {
      try await world.about(key, operation, in: version) { $0.longInteger(.usageLimitsCount, count) }
    }
    #expect(try await take(60, .check).isSuccess)
    #expect(try await take(60).isSuccess)
    #expect(try await take(60, .check).reason == .usageLimitExceeded)
    #expect(try await take(60).reason == .usageLimitExceeded)
    #expect(try await take(60, in: .v1_4).reason == .permissionDenied)
    #expect(try await take(0).reason == .invalidField)
    #expect(try await take(40).isSuccess)
    let limits = try await world.attributes(of: key, .usageLimits).value(.usageLimits)
    #expect(limits?[.usageLimitsCount]?.longInteger == 0 && limits?[.usageLimitsTotal]?.longInteger == 100)
    let other = try await world.made()
    let none = try await world.about(other, .getUsageAllocation) { $0.longInteger(.usageLimitsCount, 1) }
    #expect(none.reason == .attributeNotFound)
  }

  @Test func `a lease is given while the object may be used`() async throws {
    let world = try await DoorWorld()
    let key = try await Self.key(in: .active, world)
    let lease = try await world.about(key, .obtainLease)
    #expect(lease.payload?[.leaseTime]?.interval == KMIPSettings().leaseTime)
    #expect(lease.payload?[.lastChangeDate]?.dateTime == world.house.clock.now().seconds)
    _ = try await world.revoke(key, .keyCompromise)
    #expect(try await world.about(key, .obtainLease).reason == .permissionDenied)
  }

  @Test func `a check takes nothing and says what isn't allowed`() async throws {
    let world = try await DoorWorld()
    let key = try await world.made()
    #expect(try await world.about(key, .check) { $0.integer(.cryptographicUsageMask, 4) }.isSuccess)
    let mask = try await world.about(key, .check) { $0.integer(.cryptographicUsageMask, 1) }
    #expect(mask.reason == .incompatibleCryptographicUsageMask)
    let lease = try await world.about(key, .check) { $0.interval(.leaseTime, 3601) }
    #expect(lease.reason == .permissionDenied)
  }
}
