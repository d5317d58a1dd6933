package import KMSDomain

/// Sets the date from which the key is destroyed. Until then it can be cancelled; meanwhile the key is not usable. A primary
/// waits for its replicas first.
package struct ScheduleKeyDeletion: KeyChange {
  package typealias Prepared = ProtectedKey

  package struct Answer: Sendable {
    package let key: KeyRecord
    /// nil when the key waits for its replicas first.
    package let date: Instant?
    package let windowDays: Int
  }

  package let key: KeyReference
  /// In whole days; the door has checked its bounds.
  package let windowDays: Int

  package init(_ key: KeyReference, windowDays: Int) {
    self.key = key
    self.windowDays = windowDays
  }

  package let operation = "ScheduleKeyDeletion"
  package let action = Action.scheduleKeyDeletion

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.deletionWindowDays = windowDays
    return facts
  }

  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "windowDays", value: String(windowDays))]
  }

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) -> Answer {
    try record.apply(.scheduleDeletion)
    record.beginDeletion(windowDays: windowDays, now: desk.clock.now())
    return Answer(key: record, date: record.deletionDate, windowDays: windowDays)
  }
}
