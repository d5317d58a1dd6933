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
    guard let epoch = try await EpochJob(engine, custody).runOnce() else { return }
    logger.notice("new wrapping-key epoch", metadata: ["epoch": "\(epoch.number)"])
  }

  /// Goes on wrapping everything again under the newest epoch, if there is something left.
  func rewrap() async throws(KMSError) {
    let done = try await RewrapJob(engine, custody).runOnce()
    if done.rewrapped > 0 || done.damaged > 0 {
      logger.notice(
        "wrapped again", metadata: ["records": "\(done.rewrapped)", "damaged": "\(done.damaged)"])
    }
    for epoch in done.retired {
      logger.notice("wrapping-key epoch removed", metadata: ["epoch": "\(epoch.number)"])
    }
  }
}
