import Synchronization

/// Ids of access keys that turned out to exist. Looking for them again is nothing that strangers could make the server do, however
/// often changes of identities make it forget what it had loaded.
///
/// Bounded: in two halves, of which the older is dropped when the younger is full.
final class KnownKeys: Sendable {
  private struct State {
    var young: Set<String> = []
    var old: Set<String> = []
  }

  private let half: Int
  private let state = Mutex(State())

  init(limit: Int = 65_536) { half = max(1, limit / 2) }

  func contains(_ id: String) -> Bool { state.withLock { $0.young.contains(id) || $0.old.contains(id) } }

  func insert(_ id: String) {
    state.withLock { state in
      guard !state.young.contains(id) else { return }
      if state.young.count >= half { (state.old, state.young) = (state.young, []) }
      state.young.insert(id)
    }
  }

  /// After it turned out not to exist any more.
  func remove(_ id: String) {
    state.withLock { state in
      state.young.remove(id)
      state.old.remove(id)
    }
  }

  var count: Int { state.withLock { $0.young.count + $0.old.count } }
}
