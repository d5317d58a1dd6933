package import KMSDomain
import KMSSystem
import Synchronization

extension MerkleAuditLog {
  /// Ids that are settled with one call.
  private static let settledAtOnce = 1000

  /// Signs what the log holds now: flushes it, settles the outbox below it, signs, keeps the note, publishes
  /// it. Does nothing when there is nothing new; publishes again what couldn't be published before. Calls
  /// take turns.
  ///
  /// Records that came through the outbox are settled *before* the signature: whatever lies below a
  /// checkpoint is never asked for again, and the log forgets their ids.
  /// - Parameter settle: forgets these outbox rows, which are in the log for good; ids that were never there
  ///   are ignored.
  /// - Parameter publish: keeps a copy of the note elsewhere, as an anchor.
  /// - Throws: `KMSError.auditUnavailable`, and what the closures and the signer throw. The log goes on
  ///   without the checkpoint; the next call makes up for it.
  package func checkpoint(
    settle: @Sendable ([Bits128]) async throws(KMSError) -> Void,
    publish: @Sendable ([UInt8]) async throws(KMSError) -> Void
  ) async throws(KMSError) {
    await turn.enter()
    defer { turn.leave() }
    let (snapshot, ids) = state.withLock { state -> (FrontierState, [Bits128]) in
      let size = state.frontier.size
      return (state.frontierState, state.recent.filter { $0.value < size }.map(\.key))
    }
    if snapshot.frontier.size > state.withLock({ $0.checkpointed }) {
      try await flushed(through: snapshot.frontier.size)
      var rest = ids[...]
      while !rest.isEmpty {
        try await settle(Array(rest.prefix(MerkleAuditLog.settledAtOnce)))
        rest = rest.dropFirst(MerkleAuditLog.settledAtOnce)
      }
      try await sign(snapshot)
    }
    guard let note = state.withLock({ $0.unpublished }) else { return }
    try await publish(note)
    state.withLock { $0.unpublished = nil }
  }

  private func sign(_ snapshot: FrontierState) async throws(KMSError) {
    let size = snapshot.frontier.size
    let checkpoint = Checkpoint(origin: settings.origin, size: size, root: snapshot.frontier.root)
    let note = try checkpoint.signed(by: signer, as: key)
    let fault = await onQueue { () -> SystemError? in
      do throws(SystemError) {
        try self.files.keep(note, snapshot)
        return nil
      } catch {
        return error
      }
    }
    if let fault {
      faults.record("the audit log could not keep a checkpoint: \(fault)", request: nil)
      throw .auditUnavailable
    }
    state.withLock { state in
      state.checkpointed = size
      state.unpublished = note
      state.recent = state.recent.filter { $0.value >= size }
    }
  }
}
