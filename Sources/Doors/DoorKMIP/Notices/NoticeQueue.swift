import KMSDomain
import Synchronization

/// What one listener hasn't been told yet: of each object once, as it was when the listener last knew it.
///
/// Its size is bounded: a listener that is too slow for what happens is told nothing more, so that it finds out that it has missed
/// something.
final class NoticeQueue: Sendable {
  private struct State {
    /// The earliest first.
    var order: [String] = []
    var news: [String: KeyNews] = [:]
    var isOver = false
    var taker: CheckedContinuation<Void, Never>?
  }

  static let most = 256

  private let home: Keyring
  private let onEnd: @Sendable (ObjectIdentifier) -> Void
  private let state = Mutex(State())

  /// - Parameter onEnd: called when nobody has it any more.
  init(about home: Keyring, onEnd: @escaping @Sendable (ObjectIdentifier) -> Void) {
    self.home = home
    self.onEnd = onEnd
  }

  deinit { onEnd(ObjectIdentifier(self)) }

  func add(_ news: KeyNews) {
    guard news.after.home.isWithin(home) else { return }
    let name = news.after.identifier
    let taker = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.isOver else { return nil }
      // What waits already began earlier, and is told as it is when it is told.
      if state.news[name] == nil {
        if state.order.count < NoticeQueue.most {
          state.order.append(name)
          state.news[name] = news
        } else {
          state.isOver = true
        }
      }
      return NoticeQueue.takeTaker(&state)
    }
    taker?.resume()
  }

  /// The next, when there is one; for one task only.
  /// - Returns: nil when nothing more is told: there was too much, or the task is cancelled.
  func next() async -> KeyNews? {
    while true {
      let (found, isOver) = take()
      if isOver || found != nil { return found }
      await withTaskCancellationHandler {
        await wait()
      } onCancel: {
        end()
      }
    }
  }

  private func take() -> (KeyNews?, isOver: Bool) {
    state.withLock { state in
      guard !state.isOver else { return (nil, true) }
      guard !state.order.isEmpty else { return (nil, false) }
      return (state.news.removeValue(forKey: state.order.removeFirst()), false)
    }
  }

  private func wait() async {
    await withCheckedContinuation { continuation in
      let mayGoOn = state.withLock { state in
        guard state.order.isEmpty, !state.isOver else { return true }
        state.taker = continuation
        return false
      }
      if mayGoOn { continuation.resume() }
    }
  }

  private func end() {
    let taker = state.withLock { state in
      state.isOver = true
      return NoticeQueue.takeTaker(&state)
    }
    taker?.resume()
  }

  private static func takeTaker(_ state: inout State) -> CheckedContinuation<Void, Never>? {
    defer { state.taker = nil }
    return state.taker
  }
}
