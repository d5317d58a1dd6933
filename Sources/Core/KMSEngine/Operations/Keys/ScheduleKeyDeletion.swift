package import KMSDomain

/// Sets the date from which the key is destroyed. Until then it can be cancelled; meanwhile the key is not usable.
package struct ScheduleKeyDeletion: KeyChange {
  package typealias Prepared = ProtectedKey

  package struct Answer: Sendable {
    package let key: KeyRecord
    package let date: Instant
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
    let date = desk.clock.now().advanced(days: windowDays)
    record.deletionDate = date
    return Answer(key: record, date: date, windowDays: windowDays)
  }
}
