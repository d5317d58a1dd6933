package import KMSDomain

/// Sets the date from which the key is destroyed. Until then it can be cancelled; meanwhile the key is not usable. A primary
/// waits for its replicas first. A key that is at home in a vault isn't destroyed sooner than that vault destroys what is deleted,
/// whichever protocol asks.
package struct ScheduleKeyDeletion: Operation {
  package struct Prepared: Sendable {
    let key: ProtectedKey
    let windowDays: Int
  }

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
  package var asked: Asked { Asked(.scheduleKeyDeletion, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package var details: [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "windowDays", value: String(windowDays))]
  }

  package func details(_ prepared: Prepared) -> [AuditRecord.Detail] {
    [AuditRecord.Detail(name: "windowDays", value: String(prepared.windowDays))]
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let key = try await desk.key(key)
    guard let name = (key.record.object?.place?.vault).flatMap({ VaultName($0) }),
      key.record.home.kind == .vault || key.record.home.kind == .managedHSM
    else { return Prepared(key: key, windowDays: windowDays) }
    // The vault stays as long as what is in it; without it, what it would have said isn't known.
    let retention = try await desk.vault(name)?.retentionDays ?? Vault.retention.upperBound
    return Prepared(key: key, windowDays: max(windowDays, retention))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    var facts = RequestFacts()
    facts.place = key.place
    facts.deletionWindowDays = windowDays
    return Demands(Demand(asked.action, on: .key(prepared.key), named: key.asWritten, facts: facts))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let before = prepared.key.record
    try permits.first.check(.scheduleKeyDeletion, key: before.id, version: nil)
    var record = before
    try record.apply(.scheduleDeletion)
    record.beginDeletion(windowDays: prepared.windowDays, now: desk.clock.now())
    record.generation &+= 1
    return Performed(
      Answer(key: record, date: record.deletionDate, windowDays: prepared.windowDays),
      change: .updateKey(desk.seal(record), expecting: before.generation))
  }
}
