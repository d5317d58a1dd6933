import KMSDomain
import Synchronization

/// The last use of each access key since the store last heard of it.
final class AccessKeyUses: Sendable {
  /// Further access keys aren't noted until the store has taken what is here.
  private static let mostKeys = 100_000

  private let uses = Mutex<[String: AccessKeyUse]>([:])

  func note(_ use: AccessKeyUse) {
    uses.withLock { uses in
      guard uses[use.accessKey] != nil || uses.count < AccessKeyUses.mostKeys else { return }
      uses[use.accessKey] = use
    }
  }

  subscript(accessKey: String) -> AccessKeyUse? { uses.withLock { $0[accessKey] } }

  var all: [AccessKeyUse] { uses.withLock { Array($0.values) } }

  func settle(_ stored: [AccessKeyUse]) {
    uses.withLock { uses in
      for use in stored where uses[use.accessKey] == use { uses.removeValue(forKey: use.accessKey) }
    }
  }
}
