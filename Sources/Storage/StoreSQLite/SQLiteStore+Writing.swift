package import KMSDomain

extension SQLiteStore {
  package func commit(_ change: StoreChange, outbox: OutboxRecord?) async throws(KMSError) {
    try await writer.submit(.change(change, outbox: outbox))
  }

  /// Settled records are out of sight at once and leave the table with the next group of changes. A server that dies in
  /// between finds them again, which is harmless: the log takes each id once.
  package func settleOutbox(_ ids: [Bits128]) async throws(KMSError) { try writer.settle(ids) }

  package func setAuditCheckpoint(_ signed: [UInt8]) async throws(KMSError) {
    try await writer.submit(.auditCheckpoint(signed))
  }
}
