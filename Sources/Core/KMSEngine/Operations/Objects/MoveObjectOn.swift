package import KMSDomain

/// Writes down what an object's dates have done to it. Nobody needs it to be told the truth, which is worked out whenever the
/// object is read; but what is listed and backed up should say it too. What was destroyed by a message that never came to its end
/// still has its material, and loses it.
package struct MoveObjectOn: Operation {
  package let key: KeyID
  package init(_ key: KeyID) { self.key = key }

  package let operation = "MoveObjectOn"
  package var asked: Asked { Asked(.moveObjectOn, named: key.bits.hex) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> ProtectedKey {
    guard let key = try await desk.load(key) else { throw .keyNotFound(key.bits.hex) }
    return key
  }

  package func demands(_ prepared: ProtectedKey, _ desk: Desk) -> Demands {
    // Nothing else is left to be done to a destroyed object.
    let isLeftover = prepared.record.erasure != nil
    return Demands(Demand(.moveObjectOn, on: .key(prepared), named: key.bits.hex, anyState: isLeftover))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyState> {
    try permits.first.check(.moveObjectOn, key: prepared.record.id, version: nil)
    let now = desk.clock.now()
    if let erasure = prepared.record.erasure, erasure <= now { return erase(prepared.record, desk) }
    var record = prepared.record.caughtUp(to: now)
    // Somebody may have changed the dates since the job saw the object.
    guard record.state != prepared.record.state else { return Performed(record.state) }
    record.generation &+= 1
    return Performed(
      record.state, change: .updateKey(desk.seal(record), expecting: prepared.record.generation))
  }

  private func erase(_ before: KeyRecord, _ desk: Desk) -> Performed<KeyState> {
    var record = before
    record.eraseMaterial()
    record.generation &+= 1
    return Performed(
      record.state, change: .destroyKey(desk.seal(record), expecting: before.generation),
      details: [AuditRecord.Detail(name: "erased", value: "material")])
  }
}
