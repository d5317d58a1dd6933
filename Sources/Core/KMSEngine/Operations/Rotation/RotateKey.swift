package import KMSDomain

/// Gives a key new material because its schedule says so.
package struct RotateKey: Operation {
  package let key: KeyID
  package init(_ key: KeyID) { self.key = key }

  package typealias Answer = KeyRecord

  package let operation = "RotateKey"
  package var asked: Asked { Asked(.rotateKey, named: key.bits.hex) }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Rotation {
    guard let key = try await desk.load(key) else { throw .keyNotFound(key.bits.hex) }
    return try await Rotation(of: key, desk)
  }

  package func isSlow(_ prepared: Rotation) -> Bool { prepared.isElsewhere }

  package func demands(_ prepared: Rotation, _ desk: Desk) -> Demands {
    Demands(Demand(.rotateKey, on: .key(prepared.key), named: key.bits.hex, version: prepared.version))
  }

  package func perform(
    _ prepared: Rotation, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<KeyRecord> {
    // Somebody may have changed the schedule since the job saw the key.
    guard let schedule = prepared.key.record.rotation, schedule.next <= desk.clock.now() else {
      throw .rotationNotDue(prepared.key.record.resourceName)
    }
    return try prepared.perform(because: .schedule, permits.first, desk)
  }
}
