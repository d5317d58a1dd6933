import KMSDomain
import Synchronization

/// The right to change roots and epochs, of a house in which nobody changes roots unless a test does.
package final class OneTurn: RootTurn {
  private struct State {
    var isTaken = false
    var taken = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// How often it was had.
  package var taken: Int { state.withLock { $0.taken } }

  package func begin() -> Bool {
    state.withLock { state in
      guard !state.isTaken else { return false }
      state.isTaken = true
      state.taken += 1
      return true
    }
  }

  package func end() { state.withLock { $0.isTaken = false } }
}
