package import KMSDomain

/// Tells the store which keys and access keys were used. The assembly calls `runOnce` at an interval, which is how far the store lags behind,
/// and once at the end.
package struct UseJob: Sendable {
  private let desk: Desk
  /// Uses in one transaction: others wait for it.
  private static let batch = 1000

  package init(_ engine: Engine) { desk = engine.desk }

  /// - Throws: `storeUnavailable`; what wasn't stored is tried again the next time.
  package func runOnce() async throws(KMSError) {
    try await storeUsesOfAccessKeys()
    var pending = desk.uses.pending[...]
    repeat {
      let batch = Array(pending.prefix(UseJob.batch))
      // Also without any use: from the first call on the store knows since when there are records.
      try await desk.store.recordUses(batch, since: desk.uses.since)
      desk.uses.settle(batch)
      pending = pending.dropFirst(UseJob.batch)
    } while !pending.isEmpty
  }

  private func storeUsesOfAccessKeys() async throws(KMSError) {
    var pending = desk.identities.unstoredUses[...]
    while !pending.isEmpty {
      let batch = Array(pending.prefix(UseJob.batch))
      try await desk.store.recordAccessKeyUses(batch)
      desk.identities.settle(batch)
      pending = pending.dropFirst(UseJob.batch)
    }
  }
}
