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

  /// The lists of one age.
  private struct Age {
    var lists: [Holder: [GrantRecord]] = [:]
    /// How many grants are in them.
    var weight = 0
  }

  private struct State {
    var young = Age()
    var old = Age()
  }

  /// Sessions name themselves as they like, so there are as many holders as somebody wants: more lists than these aren't kept.
  package static let mostLists = 512

  private let mostGrants: Int
  private let state = Mutex(State())

  /// - Parameter mostGrants: how many grants are kept in all lists. Beyond that, or beyond `mostLists`, those are forgotten that were
  ///   asked for longest ago, roughly, and looked for anew.
  package init(mostGrants: Int = 2 * GrantRecord.mostOfKey) { self.mostGrants = mostGrants }

  /// All that the key has for the holder; nil when nobody has looked.
  package func grants(for holder: Holder) -> [GrantRecord]? {
    state.withLock { state in
      if let found = state.young.lists[holder] { return found }
      guard let found = state.old.lists[holder] else { return nil }
      insert(found, for: holder, &state)
      return found
    }
  }

  package func keep(_ grants: [GrantRecord], for holder: Holder) {
    state.withLock { insert(grants, for: holder, &$0) }
  }

  package var count: Int { state.withLock { $0.young.lists.count + $0.old.lists.count } }

  private func insert(_ grants: [GrantRecord], for holder: Holder, _ state: inout State) {
    if let old = state.old.lists.removeValue(forKey: holder) { state.old.weight -= old.count }
    if let young = state.young.lists.removeValue(forKey: holder) { state.young.weight -= young.count }
    if state.young.lists.count >= GrantShelf.mostLists / 2
      || state.young.weight + grants.count > mostGrants / 2
    {
      (state.old, state.young) = (state.young, Age())
    }
    state.young.lists[holder] = grants
    state.young.weight += grants.count
  }
}
