import Dispatch
import KMSDomain
import KMSSystem
import Synchronization

extension LogState {
  /// What a write leaves to be done away from it.
  enum Work {
    case nothing
    case flushLater
    case closeSegment
  }

  mutating func nextWork(_ settings: AuditLogSettings) -> Work {
    if position >= settings.segmentBytes, !isRollRequested {
      isRollRequested = true
      return .closeSegment
    }
    guard !settings.isStrict, !isFlushScheduled else { return .nothing }
    isFlushScheduled = true
    return .flushLater
  }
}

extension MerkleAuditLog {
  func schedule(_ work: LogState.Work) {
    switch work {
    case .nothing: break
    case .closeSegment: queue.async { [weak self] in self?.flushAll() }
    case .flushLater:
      let (seconds, fraction) = settings.flushInterval.components
      let nanoseconds = Int(clamping: seconds * 1_000_000_000 + fraction / 1_000_000_000)
      queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.flushAll() }
    }
  }

  /// Waits until that many records survive a power cut, together with whoever else waits.
  func flushed(through end: UInt64) async throws(KMSError) {
    let isDurable = await onQueue { self.flush(through: end) }
    guard isDurable else { throw .auditUnavailable }
  }

  /// Runs what blocks, away from the tasks' threads.
  func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: body()) }
    }
  }

  private func flushAll() {
    let end = state.withLock { state in
      state.isFlushScheduled = false
      return state.frontier.size
    }
    // A fault has been reported and stops the next write.
    _ = flush(through: end)
  }

  /// On the queue only. False when the records may be lost; the log is then stopped, because the kernel may
  /// have dropped what it could not write and a second flush would not say so.
  func flush(through end: UInt64) -> Bool {
    let (file, size, isDue) = state.withLock { state -> ((any LogFile)?, UInt64, Bool) in
      let isNeeded = !state.isPoisoned && state.durable < end
      return (isNeeded ? state.file : nil, state.frontier.size, !state.isPoisoned)
    }
    guard isDue else { return false }
    if let file {
      do throws(SystemError) {
        try file.flush()
      } catch {
        stop("the audit log stops: \(error)")
        return false
      }
      state.withLock { $0.durable = max($0.durable, size) }
    }
    return closeFullSegment()
  }

  /// On the queue only. The old segment is on disk before the new one exists, so that only the last can be
  /// torn. When there can't be a new one, the old one goes on growing and the next flush tries again.
  private func closeFullSegment() -> Bool {
    let outcome = state.withLock { state -> Closing in
      guard state.position >= settings.segmentBytes else { return .notDue }
      do throws(SystemError) {
        // Little is left to flush here: it was flushed a moment ago, outside the lock.
        try state.file.flush()
      } catch {
        return .lost(error)
      }
      state.durable = state.frontier.size
      do throws(SystemError) {
        state.file = try settings.openFile(LogFolder(path: settings.folder).segment(state.frontier.size))
      } catch {
        return .postponed(error)
      }
      state.segment = state.frontier.size
      state.position = 0
      state.isRollRequested = false
      return .closed
    }
    do throws(SystemError) {
      switch outcome {
      case .notDue: break
      case .closed: try Directory.sync(settings.folder)
      case .postponed(let error):
        faults.record("the audit log can't begin a new segment: \(error)", request: nil)
      case .lost(let error): throw error
      }
      return true
    } catch {
      stop("the audit log stops: \(error)")
      return false
    }
  }

  private enum Closing {
    case notDue
    case closed
    case postponed(SystemError)
    case lost(SystemError)
  }

  private func stop(_ cause: String) {
    state.withLock { $0.isPoisoned = true }
    faults.record(cause, request: nil)
  }
}
