import KMSDomain
import Synchronization

/// Whose turn it is in each group of objects, where clients want the next default member (KMIP 2.1 section 6.1.28): one after the
/// other, so that all get their share. It is forgotten with the process.
final class GroupRounds: Sendable {
  private struct Group: Hashable {
    let home: Keyring
    let name: String
  }

  private static let most = 10_000

  private let last = Mutex<[Group: String]>([:])

  /// The members, from the one on whose turn it is.
  /// - Parameter members: identifiers, the first made first.
  /// - Parameter count: how many are taken now.
  func turn(of name: String, in home: Keyring, among members: [String], taking count: Int) -> [String] {
    guard !members.isEmpty else { return [] }
    let group = Group(home: home, name: name)
    return last.withLock { last in
      let place = last[group].flatMap { members.firstIndex(of: $0) }.map { ($0 + 1) % members.count } ?? 0
      let turn = Array((members[place...] + members[..<place]).prefix(max(1, count)))
      // Beginning again is no harm.
      if last.count >= GroupRounds.most { last.removeAll() }
      last[group] = turn.last
      return turn
    }
  }
}
