package import KMSDomain
import Synchronization

/// Opened material. Forgetting drops the reference; the last user wipes the bytes.
///
/// Material whose opening began before a forgetting is used by its own request but not kept: see `Ticket`.
package final class LiveKeyCache: Sendable {
  private struct State {
    var keys: TwoAgeCache<VersionID, any LiveKey>
    var forgettings: UInt64 = 0
  }

  /// What an opening saw before it began.
  package struct Ticket: Sendable {
    fileprivate let forgettings: UInt64
  }

  private let state: Mutex<State>

  package init(limit: Int) { state = Mutex(State(keys: TwoAgeCache(limit: limit))) }

  package func key(_ version: VersionID) -> (any LiveKey)? {
    state.withLock { $0.keys.value(for: version) }
  }

  package func ticket() -> Ticket { state.withLock { Ticket(forgettings: $0.forgettings) } }

  package func keep(_ key: any LiveKey, _ ticket: Ticket) {
    state.withLock { state in
      guard state.forgettings == ticket.forgettings else { return }
      state.keys.insert(key, for: key.version)
    }
  }

  package func forget(_ versions: [KeyVersion]) {
    state.withLock { state in
      state.forgettings &+= 1
      for version in versions { state.keys.remove(version.id) }
    }
  }
}
