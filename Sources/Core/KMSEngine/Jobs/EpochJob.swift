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
    try await adoptStored()
    guard epochs.needsNewEpoch else { return nil }
    let epoch = try await engine.runAsSystem(RenewEpoch(epochs), job: "epoch job")
    try epochs.adopt(epoch)
    return epoch.id
  }

  /// Makes the next epoch although none is due.
  package func renew(as caller: Caller, from origin: RequestOrigin) async throws(KMSError) -> EpochID {
    try await adoptStored()
    let epoch = try await engine.run(RenewEpoch(epochs), as: caller, from: origin)
    try epochs.adopt(epoch)
    return epoch.id
  }

  /// An epoch whose record couldn't be logged was stored all the same: its number is taken, so it is the next one.
  private func adoptStored() async throws(KMSError) {
    for stored in try await engine.desk.store.epochs() { try epochs.adopt(stored) }
  }
}
