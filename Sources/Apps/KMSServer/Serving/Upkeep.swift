import CustodySoftware
import KMSAudit
import KMSDomain
import KMSEngine
import Logging
import StoreSQLite

extension House {
  /// Signs what the log holds, copies the checkpoint to the store, and forgets the outbox records that it covers.
  func checkpoint() async throws(KMSError) {
    let store = self.store
    try await audit.checkpoint(
      settle: { ids throws(KMSError) in try await store.settleOutbox(ids) },
      publish: { signed throws(KMSError) in try await store.setAuditCheckpoint(signed) })
  }

  /// Makes the next wrapping-key epoch in time.
  func renewEpoch() async throws(KMSError) {
    // While a root is being replaced no epoch is made: it could end under the one that goes.
    guard roots.begin() else { return }
    defer { roots.end() }
    guard let epoch = try await EpochJob(engine, custody).runOnce() else { return }
    logger.notice("new wrapping-key epoch", metadata: ["epoch": "\(epoch.number)"])
  }
}
