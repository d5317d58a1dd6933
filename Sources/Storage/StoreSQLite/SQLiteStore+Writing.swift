package import KMSDomain

extension SQLiteStore {
  package func commit(_ change: StoreChange, outbox: OutboxRecord?) async throws(KMSError) {
    try await writer.submit(.change(change, outbox: outbox))
  }

  package func recordUses(_ uses: [KeyUse], since: Instant) async throws(KMSError) {
    try await writer.submit(.uses(uses, since: since))
  }

  package func recordAccessKeyUses(_ uses: [AccessKeyUse]) async throws(KMSError) {
    try await writer.submit(.accessKeyUses(uses))
  }

  package func settleOutbox(_ ids: [Bits128]) async throws(KMSError) {
    guard !ids.isEmpty else { return }
    try await writer.submit(.settlement(ids))
  }

  package func setAuditCheckpoint(_ signed: [UInt8]) async throws(KMSError) {
    try await writer.submit(.auditCheckpoint(signed))
  }
}
