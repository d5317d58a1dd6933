import Dispatch
import Synchronization

/// A piece of work for a thread of the token, and the place where its result is waited for.
///
/// Whoever waits may give up; the work then goes on alone and its result is thrown away. So it owns all that it needs.
final class Job: Sendable {
  enum Stage {
    case waiting
    case running
    case done
    /// Nobody waits any more.
    case abandoned
  }

  private let body: @Sendable (Session) throws(HSMFault) -> Void
  private let stage = Mutex(Stage.waiting)
  private let failure = Mutex<HSMFault?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable (Session) throws(HSMFault) -> Void) { self.body = body }

  /// - Returns: false when nobody waits any more.
  func begin() -> Bool {
    stage.withLock { stage in
      guard stage == .waiting else { return false }
      stage = .running
      return true
    }
  }

  func attempt(in session: Session) throws(HSMFault) { try body(session) }

  /// - Returns: false when nobody has waited for it.
  func end(_ fault: HSMFault?) -> Bool {
    failure.withLock { $0 = fault }
    let isWanted = stage.withLock { stage in
      defer { stage = .done }
      return stage == .running
    }
    ended.signal()
    return isWanted
  }

  /// Waits for the end.
  /// - Returns: what it was doing when time was up; `done` when it came in time.
  func wait(until deadline: DispatchTime) -> Stage {
    if ended.wait(timeout: deadline) == .success { return .done }
    return stage.withLock { stage in
      let before = stage
      if before != .done { stage = .abandoned }
      return before
    }
  }

  var fault: HSMFault? { failure.withLock { $0 } }
}
