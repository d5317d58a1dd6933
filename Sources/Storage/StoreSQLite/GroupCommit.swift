import Dispatch
import GRDB
import KMSDomain
import Synchronization

/// Puts the changes of concurrent callers into common transactions: one flush to disk carries all that were waiting.
///
/// One serial queue owns the writing. It takes everything that waits, makes each change inside its own savepoint, commits
/// once and answers each caller with its own result. What arrives meanwhile forms the next group.
final class GroupCommit: Sendable {
  enum Work: Sendable {
    case change(StoreChange, outbox: OutboxRecord?)
    /// Outbox records that may go.
    case settlement([Bits128])
    case auditCheckpoint([UInt8])
    case uses([KeyUse], since: Instant)
    case accessKeyUses([AccessKeyUse])
    case intention(DeviceIntention)
    case forgottenIntention(VersionID)
  }

  private struct Waiting: Sendable {
    let work: Work
    let answer: @Sendable (Result<Void, KMSError>) -> Void
  }

  /// What a blocked caller is told.
  private final class Told: Sendable {
    private let result = Mutex(Result<Void, KMSError>.failure(.storeUnavailable))
    private let isThere = DispatchSemaphore(value: 0)

    func tell(_ told: Result<Void, KMSError>) {
      result.withLock { $0 = told }
      isThere.signal()
    }

    func wait() -> Result<Void, KMSError> {
      isThere.wait()
      return result.withLock { $0 }
    }
  }

  private enum Phase {
    /// Nothing is under way; the next change starts the queue.
    case idle
    /// The queue runs and will look for more before it stops.
    case running
    /// No more changes are taken.
    case closed
  }

  private struct State {
    var phase = Phase.idle
    var waiting: [Waiting] = []
    var statistics = SQLiteStore.Statistics()
  }

  private let pool: DatabasePool
  private let onFault: @Sendable (String) -> Void
  private let queue = DispatchQueue(label: "store.writer", qos: .userInitiated)
  /// Guards everything that callers and the queue share. Never held across a call to the database.
  private let state = Mutex(State())
  /// Destroyed material may still be in the write-ahead log. Touched on `queue` only, the mutex is for the compiler.
  private let owesTruncation = Mutex(false)

  init(pool: DatabasePool, onFault: @escaping @Sendable (String) -> Void) {
    self.pool = pool
    self.onFault = onFault
  }

  var statistics: SQLiteStore.Statistics { state.withLock { $0.statistics } }

  /// Returns when the work survives a power cut.
  func submit(_ work: Work) async throws(KMSError) {
    let result: Result<Void, KMSError> = await withCheckedContinuation { continuation in
      accept(Waiting(work: work) { continuation.resume(returning: $0) })
    }
    try result.get()
  }

  /// The same for a thread that may block.
  func submitAndWait(_ work: Work) throws(KMSError) {
    let told = Told()
    accept(Waiting(work: work) { told.tell($0) })
    try told.wait().get()
  }

  private func accept(_ waiting: Waiting) {
    let phase = state.withLock { state -> Phase in
      let before = state.phase
      guard before != .closed else { return before }
      state.waiting.append(waiting)
      state.phase = .running
      return before
    }
    switch phase {
    case .idle: queue.async { self.drain() }
    case .running: return
    case .closed: waiting.answer(.failure(.storeUnavailable))
    }
  }

  // MARK: On the queue

  private func drain() {
    while let group = nextGroup() { carryOut(group) }
    truncateLogIfOwed()
  }

  private func nextGroup() -> [Waiting]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        if state.phase == .running { state.phase = .idle }
        return nil
      }
      let group = Array(state.waiting.prefix(GroupCommit.groupLimit))
      state.waiting.removeFirst(group.count)
      return group
    }
  }

  private func carryOut(_ group: [Waiting]) {
    let results = commit(group.map(\.work))
    for (waiting, result) in zip(group, results) { waiting.answer(result) }
  }

  /// - Returns: one result for each work, in their order.
  private func commit(_ group: [Work]) -> [Result<Void, KMSError>] {
    do {
      let (results, hasDestroyed) = try pool.writeWithoutTransaction { db in
        try transaction(db, group)
      }
      if hasDestroyed { owesTruncation.withLock { $0 = true } }
      state.withLock { state in
        state.statistics.commits += 1
        state.statistics.changes += UInt64(results.count { $0.isSuccess })
      }
      return results
    } catch {
      onFault(Fault.describe(error))
      return Array(repeating: .failure(.storeUnavailable), count: group.count)
    }
  }

  private func transaction(
    _ db: Database, _ group: [Work]
  ) throws -> (results: [Result<Void, KMSError>], hasDestroyed: Bool) {
    var results: [Result<Void, KMSError>] = []
    results.reserveCapacity(group.count)
    var writer = ChangeWriter(db)
    try db.inTransaction(.immediate) {
      for work in group { results.append(try writer.attempt(work, onFault)) }
      try writer.writeCounters()
      return .commit
    }
    return (results, writer.hasDestroyed)
  }

  /// When nothing else waits, the pages that held destroyed material leave the log too. A reader may be in the way:
  /// then the next pause is as good.
  private func truncateLogIfOwed() {
    guard owesTruncation.withLock({ $0 }), truncateLog() else { return }
    owesTruncation.withLock { $0 = false }
  }

  private func truncateLog() -> Bool {
    do {
      try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
      return true
    } catch {
      return false
    }
  }

  // MARK: Closing

  func close() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      queue.async {
        self.finish()
        continuation.resume()
      }
    }
  }

  private func finish() {
    let isFirst = state.withLock { state in
      defer { state.phase = .closed }
      return state.phase != .closed
    }
    guard isFirst else { return }
    while let group = nextGroup() { carryOut(group) }
    if !pool.configuration.readonly { _ = truncateLog() }
    do {
      try pool.close()
    } catch {
      onFault(Fault.describe(error))
    }
  }

  /// Bounds how long one transaction holds its callers.
  private static let groupLimit = 512
}

extension Result where Success == Void {
  fileprivate var isSuccess: Bool {
    switch self {
    case .success: true
    case .failure: false
    }
  }
}
