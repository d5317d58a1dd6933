import Synchronization

/// The grants of a key by whom they are for, as far as somebody has asked. It stays beside the key's record in the cache and
/// goes with it, which every change of the key's grants sees to.
package final class GrantShelf: Sendable {
  /// Whom grants may name so that a caller can use them: itself, and the role or user that it acts for. Its account follows
  /// from either.
  package struct Holder: Hashable, Sendable {
    package let principal: String
    package let parent: String?

    package init(_ caller: Caller) {
      principal = caller.principal
      parent = caller.session?.parent
    }
  }

  private struct State {
    var lists: [Holder: [GrantRecord]] = [:]
    /// Lists and what is in them.
    var weight = 0
  }

  private let most: Int
  private let state = Mutex(State())

  /// - Parameter most: how many lists and grants are kept. Beyond, all are forgotten and asked for anew.
  package init(most: Int = 2 * GrantRecord.mostOfKey) { self.most = most }

  /// All that the key has for the holder; nil when nobody has looked.
  package func grants(for holder: Holder) -> [GrantRecord]? { state.withLock { $0.lists[holder] } }

  package func keep(_ grants: [GrantRecord], for holder: Holder) {
    state.withLock { state in
      if state.weight + grants.count >= most { state = State() }
      state.weight += grants.count + 1 - (state.lists[holder].map { $0.count + 1 } ?? 0)
      state.lists[holder] = grants
    }
  }
}
