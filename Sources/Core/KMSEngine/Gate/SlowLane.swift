package import KMSDomain
import Synchronization

/// Where slow work waits for its turn and is done: RSA, large curves, making key pairs.
///
/// As much runs at once as there are workers. Who comes then waits without holding a thread, in the order in which they came;
/// the line is as long as it may be, and whoever has waited longer than the deadline is sent away instead of served: a client
/// that has given up would only be in the way of the others.
package final class SlowLane: Sendable {
  package struct Limits: Sendable {
    /// How many may wait at once.
    package let line: Int
    package let deadline: Duration

    package init(line: Int, deadline: Duration) {
      self.line = line
      self.deadline = deadline
    }

    package static let standard = Limits(line: 1024, deadline: .seconds(10))
  }

  private struct Waiting {
    let since: ContinuousClock.Instant
    let continuation: CheckedContinuation<Admission, Never>
  }

  private enum Admission {
    case admitted(hasWaited: Bool)
    case sentAway
  }

  private struct State {
    var busy = 0
    /// The first first.
    var waiting: [Waiting] = []
  }

  private let workers: any Workers
  private let limits: Limits
  private let state = Mutex(State())

  package init(_ workers: any Workers, limits: Limits = .standard) {
    self.workers = workers
    self.limits = limits
  }

  /// Waits for a worker; whoever got one must `leave`.
  /// - Returns: whether it had to wait, so that what it found before may be old.
  /// - Throws: `tooBusy` when the line is full or the deadline has passed.
  func enter() async throws(KMSError) -> Bool {
    let admission = await withCheckedContinuation { continuation in
      let answer = state.withLock { state -> Admission? in
        guard state.busy >= workers.count else {
          state.busy += 1
          return .admitted(hasWaited: false)
        }
        guard state.waiting.count < limits.line else { return .sentAway }
        state.waiting.append(Waiting(since: .now, continuation: continuation))
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
    switch admission {
    case .admitted(let hasWaited): return hasWaited
    case .sentAway: throw .tooBusy
    }
  }

  /// Takes a worker only if one is free: for those who may already hold one, and would wait for each other.
  func enterIfFree() -> Bool {
    state.withLock { state in
      guard state.busy < workers.count else { return false }
      state.busy += 1
      return true
    }
  }

  /// Gives the worker to the next one who hasn't waited too long.
  func leave() {
    let now = ContinuousClock.now
    let (late, next) = state.withLock { state -> ([Waiting], Waiting?) in
      let late = state.waiting.prefix { now - $0.since > limits.deadline }
      state.waiting.removeFirst(late.count)
      guard !state.waiting.isEmpty else {
        state.busy -= 1
        return (Array(late), nil)
      }
      return (Array(late), state.waiting.removeFirst())
    }
    for waiting in late { waiting.continuation.resume(returning: .sentAway) }
    next?.continuation.resume(returning: .admitted(hasWaited: true))
  }

  /// Does the work of somebody who was let in.
  func perform<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      workers.run { continuation.resume(returning: work()) }
    }
  }

  /// How many wait; for tests.
  var waiting: Int { state.withLock { $0.waiting.count } }
}
