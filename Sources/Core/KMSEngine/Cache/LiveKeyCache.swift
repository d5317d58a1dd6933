package import KMSDomain
import Synchronization

/// Opened material. Forgetting drops the reference; the last user wipes the bytes.
package final class LiveKeyCache: Sendable {
  private let state: Mutex<TwoAgeCache<VersionID, any LiveKey>>

  package init(limit: Int) { state = Mutex(TwoAgeCache(limit: limit)) }

  package func key(_ version: VersionID) -> (any LiveKey)? {
    state.withLock { $0.value(for: version) }
  }

  package func keep(_ key: any LiveKey) {
    state.withLock { $0.insert(key, for: key.version) }
  }

  package func forget(_ versions: [KeyVersion]) {
    state.withLock { state in
      for version in versions { state.remove(version.id) }
    }
  }
}
