import KMSDomain
import Synchronization

/// How much memory is taken by what waits for clients to come back: so much for each of them, and so much in all.
final class AnswerRoom: Sendable {
  /// In bytes.
  struct Limits: Sendable {
    let perClient: Int
    let inAll: Int
  }

  /// What one thing takes. It gives that back when it goes away.
  final class Share: Sendable {
    private let room: AnswerRoom
    private let client: ReturningClient
    private let held = Mutex(0)

    fileprivate init(_ room: AnswerRoom, _ client: ReturningClient) {
      self.room = room
      self.client = client
    }

    deinit { room.change(by: -held.withLock { $0 }, for: client) }

    /// Takes so much instead of what it took before.
    /// - Returns: whether there is room; otherwise nothing changes.
    func hold(_ bytes: Int) -> Bool {
      held.withLock { held in
        guard room.change(by: bytes - held, for: client) else { return false }
        held = bytes
        return true
      }
    }
  }

  private struct State {
    var taken: [ReturningClient: Int] = [:]
    var inAll = 0
  }

  private let limits: Limits
  private let state = Mutex(State())

  init(_ limits: Limits) { self.limits = limits }

  func share(for caller: Caller) -> Share { Share(self, ReturningClient(caller)) }

  /// Less is always possible.
  @discardableResult
  private func change(by bytes: Int, for client: ReturningClient) -> Bool {
    state.withLock { state in
      let (own, all) = ((state.taken[client] ?? 0) + bytes, state.inAll + bytes)
      guard bytes <= 0 || (own <= limits.perClient && all <= limits.inAll) else { return false }
      state.taken[client] = own > 0 ? own : nil
      state.inAll = all
      return true
    }
  }

  /// In all.
  var taken: Int { state.withLock { $0.inAll } }
}
