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
    guard custody.needsNewEpoch else { return }
    // While a root is being replaced no epoch is made: it could end under the one that goes.
    let made = try await roots.take { () throws(KMSError) in try await EpochJob(engine, custody).runOnce() }
    guard let epoch = made ?? nil else { return }
    logger.notice("new wrapping-key epoch", metadata: ["epoch": "\(epoch.number)"])
  }

  /// Goes on with an erasure, and with wrapping everything again under the newest epoch, if there is something left to do.
  func erase() async throws(KMSError) {
    let interval = configuration.erasure.interval?.components.seconds
    let done = try await ErasureJob(engine, custody, roots, every: interval).runOnce()
    if done.hasBegun { logger.notice("erasure begun") }
    let moved = done.rewrapping
    if moved.rewrapped > 0 || moved.damaged > 0 {
      logger.notice(
        "wrapped again", metadata: ["records": "\(moved.rewrapped)", "damaged": "\(moved.damaged)"])
    }
    for epoch in moved.retired {
      logger.notice("wrapping-key epoch removed", metadata: ["epoch": "\(epoch.number)"])
    }
    if done.hasFinished { logger.notice("erasure finished: backups from before it no longer open") }
  }
}
