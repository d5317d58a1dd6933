package import KMSDomain

/// An operation that changes what is known of one key, and nothing else.
package protocol KeyChange: Operation where Prepared == ProtectedKey {
  var key: KeyReference { get }
  var action: Action { get }
  var facts: RequestFacts { get }
  /// Changes the record. Pure but for what it asks the desk; the gate has checked right and state.
  func change(_ record: inout KeyRecord, _ desk: Desk, _ caller: Caller) throws(KMSError) -> Answer
}

extension KeyChange {
  package var asked: Asked { Asked(action, named: key.asWritten) }
  package var references: [KeyReference] { [key] }
  package var facts: RequestFacts {
    var facts = RequestFacts.none
    facts.place = key.place
    return facts
  }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey { try await desk.key(key) }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    Demands(Demand(action, on: .key(prepared), named: key.asWritten, facts: facts))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    try permits.first.check(action, key: prepared.record.id, version: nil)
    var record = prepared.record
    let answer = try change(&record, desk, caller)
    guard record != prepared.record else { return Performed(answer) }
    record.generation &+= 1
    return Performed(answer, change: .updateKey(desk.seal(record), expecting: prepared.record.generation))
  }
}

extension KeyRecord {
  /// Moves the key through its lifecycle.
  /// - Throws: `keyDisabled` when the event can't happen in this state; the gate's state check comes first and knows better.
  mutating func apply(_ event: KeyEvent) throws(KMSError) {
    guard let next = state.after(event) else { throw .keyDisabled(resourceName) }
    state = next
    guard !next.isPendingDeletion else { return }
    deletionDate = nil
    deletionWindowDays = nil
  }
}
