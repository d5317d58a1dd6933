package import KMSDomain

/// Has the key get new material at intervals, the first time one interval from now.
package struct EnableKeyRotation: KeyChange {
  package typealias Prepared = ProtectedKey
  package typealias Answer = Void

  package let key: KeyReference
  /// The door has checked its bounds.
  package let periodDays: Int

  package init(_ key: KeyReference, periodDays: Int) {
    self.key = key
    self.periodDays = periodDays
  }

  package let operation = "EnableKeyRotation"
  package let action = Action.enableKeyRotation

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.rotationPeriodDays = periodDays
    return facts
  }

  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "periodDays", value: String(periodDays))]
  }

  package func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) {
    // Who says the same again must not push the date away.
    guard record.rotation?.periodDays != periodDays else { return }
    record.rotation = RotationSchedule(everyDays: periodDays, from: desk.clock.now())
  }
}
