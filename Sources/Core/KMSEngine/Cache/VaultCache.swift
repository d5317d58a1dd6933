import KMSDomain
import Synchronization

/// Vaults in memory, and names that no vault has: whoever asks for those doesn't reach the store each time.
final class VaultCache: Sendable {
  private struct State {
    var found: TwoAgeCache<VaultName, Vault?>
    /// Counts what was forgotten: what was read before that isn't kept.
    var epoch: UInt64 = 0
  }

  private let state: Mutex<State>

  init(limit: Int) { state = Mutex(State(found: TwoAgeCache(limit: limit))) }

  /// nil: nobody knows. nil inside: there is none.
  func vault(_ name: VaultName) -> Vault?? { state.withLock { $0.found.value(for: name) } }

  /// To be asked for before the store is.
  func ticket() -> UInt64 { state.withLock { $0.epoch } }

  func keep(_ vault: Vault?, as name: VaultName, _ ticket: UInt64) {
    state.withLock { state in
      if state.epoch == ticket { state.found.insert(vault, for: name) }
    }
  }

  func forget(_ name: VaultName) {
    state.withLock { state in
      state.found.remove(name)
      state.epoch &+= 1
    }
  }
}
