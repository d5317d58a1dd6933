package import KMSDomain

/// Writes down what an object's dates have done to it. Nobody needs it to be told the truth, which is worked out whenever the
/// object is read; but what is listed and backed up should say it too.
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
    Demands(Demand(.moveObjectOn, on: .key(prepared), named: key.bits.hex))
  }

  package func perform(
    _ prepared: ProtectedKey, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyState> {
    try permits.first.check(.moveObjectOn, key: prepared.record.id, version: nil)
    var record = prepared.record.caughtUp(to: desk.clock.now())
    // Somebody may have changed the dates since the job saw the object.
    guard record.state != prepared.record.state else { return Performed(record.state) }
    record.generation &+= 1
    return Performed(
      record.state, change: .updateKey(desk.seal(record), expecting: prepared.record.generation))
  }
}
