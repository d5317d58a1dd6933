/// Where records go. Implemented by KMSAudit.
package protocol AuditLog: Sendable {
  /// Whether `appendNow` is allowed to stand for the whole promise; false in strict mode, where an answer waits until
  /// its record survives a power cut.
  var answersWithoutWaiting: Bool { get }

  /// False once a record could not be written and none was written since. A change of the store asks first: it must not
  /// happen when nobody could be told of it.
  var isWriting: Bool { get }

  /// Writes all records with one system call, in order. When it returns, a killed process loses none of them; a power
  /// cut may lose those of the stated flush interval.
  /// - Throws: `KMSError.auditUnavailable`; then none of the calls that the records describe may be answered.
  func appendNow(_ records: [AuditRecord]) throws(KMSError)

  /// Writes one record and waits as long as the configured durability asks.
  /// - Throws: `KMSError.auditUnavailable`.
  func append(_ record: AuditRecord) async throws(KMSError)

  /// The bytes of a record as they will stand in the log, for the store's outbox.
  func encode(_ record: AuditRecord) -> OutboxRecord

  /// Appends a record that a management transaction has already stored. Writing the same id again does nothing.
  /// - Throws: `KMSError.auditUnavailable`.
  func append(_ record: OutboxRecord) async throws(KMSError)
}

/// An encoded audit record on its way through the store.
package struct OutboxRecord: Hashable, Sendable {
  package let id: Bits128
  /// One line of JSON without the line feed.
  package let line: [UInt8]

  package init(id: Bits128, line: [UInt8]) {
    self.id = id
    self.line = line
  }
}
