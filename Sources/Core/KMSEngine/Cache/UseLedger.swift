package import KMSDomain
import Synchronization

/// The last use of each key since the store last heard of it: a dictionary, so that a use costs no more than a lock.
package final class UseLedger: Sendable {
  /// Further keys aren't noted until the store has taken what is here.
  private let mostKeys: Int

  /// When this ledger began.
  package let since: Instant
  private let uses = Mutex<[KeyID: KeyUse]>([:])

  init(since: Instant, mostKeys: Int = 100_000) {
    self.since = since
    self.mostKeys = mostKeys
  }

  func note(_ use: KeyUse) {
    uses.withLock { uses in
      guard uses[use.key] != nil || uses.count < mostKeys else { return }
      uses[use.key] = use
    }
  }

  func use(of key: KeyID) -> KeyUse? { uses.withLock { $0[key] } }

  /// What the store doesn't have yet.
  var pending: [KeyUse] { uses.withLock { Array($0.values) } }

  /// Forgets what the store has now; keys that were used again meanwhile stay.
  func settle(_ stored: some Sequence<KeyUse>) {
    uses.withLock { uses in
      for use in stored where uses[use.key] == use { uses.removeValue(forKey: use.key) }
    }
  }
}

extension UseLedger {
  /// Notes what a call that succeeded did with keys.
  func note(_ demands: Demands, at time: Instant, in request: RequestID) {
    note(demands.first, time, request)
    if let second = demands.second { note(second, time, request) }
  }

  private func note(_ demand: Demand, _ time: Instant, _ request: RequestID) {
    guard let kind = demand.action.use, let key = demand.resource.keyID else { return }
    note(KeyUse(key: key, kind: kind, time: time, request: request))
  }
}
