package import KMSDomain

/// Makes the next wrapping-key epoch in time. The assembly calls `runOnce` at an interval.
package struct EpochJob: Sendable {
  private let engine: Engine
  private let epochs: any EpochCustody

  package init(_ engine: Engine, _ epochs: any EpochCustody) {
    self.engine = engine
    self.epochs = epochs
  }

  /// - Returns: the new epoch; nil when none was due.
  package func runOnce() async throws(KMSError) -> EpochID? {
    guard epochs.needsNewEpoch else { return nil }
    // An epoch whose record couldn't be logged was stored all the same: its number is taken, so it is the next one.
    for stored in try await engine.desk.store.epochs() { try epochs.adopt(stored) }
    guard epochs.needsNewEpoch else { return nil }
    let epoch = try await engine.runAsSystem(RenewEpoch(epochs), job: "epoch job")
    try epochs.adopt(epoch)
    return epoch.id
  }
}
