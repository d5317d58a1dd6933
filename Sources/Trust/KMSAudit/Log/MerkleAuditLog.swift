import Dispatch
package import KMSDomain
import KMSSystem
import Synchronization

/// The tamper-evident log: records as lines of JSON in segments, a Merkle tree over the lines, signed
/// checkpoints of it.
///
/// One lock covers the place of a record, its leaf and its write, so that the order in the file is the order
/// in the tree. Encoding and leaf hashing happen outside of it. Flushing, closing segments and keeping
/// checkpoints happen on a queue of the log's own, never on an event loop. The format and how to verify it
/// without this program: docs/audit-log.md.
package final class MerkleAuditLog: AuditLog {
  let settings: AuditLogSettings
  let signer: any Signer
  let key: VerifierKey
  let faults: any FaultLog
  let files: CheckpointFiles
  let state: Mutex<LogState>
  let turn = Turn()
  /// Everything that waits for a disk. Serial: whoever wrote before a flush began is covered by it.
  let queue = DispatchQueue(label: "audit-log")

  init(
    _ settings: AuditLogSettings, signer: any Signer, key: VerifierKey, faults: any FaultLog,
    files: CheckpointFiles, state: LogState
  ) {
    self.settings = settings
    self.signer = signer
    self.key = key
    self.faults = faults
    self.files = files
    self.state = Mutex(state)
  }

  /// The key to verify this log with.
  package var verifierKey: VerifierKey { key }
  package var records: UInt64 { state.withLock { $0.frontier.size } }
  package var recordsSinceCheckpoint: UInt64 { state.withLock { $0.frontier.size - $0.checkpointed } }

  package var isWriting: Bool { state.withLock { !$0.isPoisoned && !$0.lastWriteFailed } }
  package var answersWithoutWaiting: Bool { !settings.isStrict }

  /// In strict mode this blocks until the records survive a power cut; whoever must not block asks
  /// `answersWithoutWaiting` first.
  package func appendNow(_ records: [AuditRecord]) throws(KMSError) {
    guard !records.isEmpty else { return }
    let end = try write(EncodedBatch(records))
    guard settings.isStrict else { return }
    guard queue.sync(execute: { flush(through: end) }) else { throw .auditUnavailable }
  }

  package func append(_ record: AuditRecord) async throws(KMSError) {
    let end = try write(EncodedBatch([record]))
    if settings.isStrict { try await flushed(through: end) }
  }

  package func encode(_ record: AuditRecord) -> OutboxRecord {
    var encoder = RecordEncoder()
    var line: [UInt8] = []
    line.reserveCapacity(EncodedBatch.usualRecord)
    encoder.append(record, to: &line)
    return OutboxRecord(id: record.id, line: line)
  }

  package func append(_ record: OutboxRecord) async throws(KMSError) {
    // The line comes from the store: what isn't one record would corrupt the log.
    guard !record.line.contains(0x0a), RecordLine.id(of: record.line) == record.id else {
      faults.record(
        "the audit log refused a row of the outbox that is not a record: \(record.id.hex)", request: nil)
      throw .auditUnavailable
    }
    let end = try write(EncodedBatch(line: record.line), outbox: record.id)
    if settings.isStrict { try await flushed(through: end) }
  }

  /// - Parameter outbox: the id under which the batch is written at most once.
  /// - Returns: the number of records up to and including the batch.
  private func write(_ batch: EncodedBatch, outbox: Bits128? = nil) throws(KMSError) -> UInt64 {
    let written = state.withLock { state -> Written in
      if let outbox {
        if let index = state.recent[outbox], !state.isPoisoned { return .done(end: index + 1, .nothing) }
        let index = state.frontier.size
        if let cause = state.append(batch) { return .failed(cause) }
        state.recent[outbox] = index
      } else if let cause = state.append(batch) {
        return .failed(cause)
      }
      return .done(end: state.frontier.size, state.nextWork(settings))
    }
    switch written {
    case .done(let end, let work):
      schedule(work)
      return end
    case .failed(let cause):
      faults.record(cause, request: nil)
      throw .auditUnavailable
    }
  }

  private enum Written {
    case done(end: UInt64, LogState.Work)
    case failed(String)
  }
}
