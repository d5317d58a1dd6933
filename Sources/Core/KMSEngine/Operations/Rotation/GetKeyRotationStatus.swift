package import KMSDomain

/// Whether and when the key gets new material by itself.
package struct GetKeyRotationStatus: Operation {
  package let key: KeyReference
  package init(_ key: KeyReference) { self.key = key }

  package struct Prepared: Sendable {
    let key: ProtectedKey
    let primary: ProtectedKey
  }

  package struct Answer: Sendable {
    package let key: KeyRecord
    /// That of its primary, which it follows; nil for a key that isn't rotated now.
    package let rotation: RotationSchedule?
  }

  package let operation = "GetKeyRotationStatus"
  package var asked: Asked { Asked(.getKeyRotationStatus, named: key.asWritten) }
  package var references: [KeyReference] { [key] }

  package func prepare(_ desk: Desk) async throws(KMSError) -> Prepared {
    let key = try await desk.key(key)
    return Prepared(key: key, primary: try await desk.primary(of: key))
  }

  package func demands(_ prepared: Prepared, _ desk: Desk) -> Demands {
    Demands(Demand(.getKeyRotationStatus, on: .key(prepared.key), named: key.asWritten))
  }

  package func perform(
    _ prepared: Prepared, _ permits: borrowing Permits, _ desk: Desk, _ caller: Caller
  ) throws(KMSError) -> Performed<Answer> {
    let (record, primary) = (prepared.key.record, prepared.primary.record)
    try permits.first.check(.getKeyRotationStatus, key: record.id, version: nil)
    // A key on its way out isn't rotated; the schedule is kept for the case that its deletion is cancelled.
    let isLeaving = record.state.isPendingDeletion || primary.state.isPendingDeletion
    return Performed(Answer(key: record, rotation: isLeaving ? nil : primary.rotation))
  }
}
