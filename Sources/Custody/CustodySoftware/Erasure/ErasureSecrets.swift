package import KMSDomain
import KMSSecrets
import Synchronization

/// The erasure secrets of a store, open, and the file that they are in.
package final class ErasureSecrets: Sendable {
  private struct State {
    /// One or two, the earliest first.
    var secrets: [ErasureSecret]
    /// The one that new epochs are under.
    var current: ErasureSecret
  }

  private let file: ErasureFile
  private let store: Bits128
  /// Guards the file too: whoever changes it holds it.
  private let state: Mutex<State>

  private init(_ file: ErasureFile, _ store: Bits128, _ secrets: [ErasureSecret], _ current: ErasureSecret) {
    self.file = file
    self.store = store
    state = Mutex(State(secrets: secrets, current: current))
  }

  /// - Parameter begun: the secret of the erasure that was begun last, as the store has it: it is the one that new epochs are
  ///   under if it is there, otherwise the earliest is.
  /// - Returns: nil when there is no file.
  /// - Throws: `SealError`.
  package static func open(
    _ file: ErasureFile, for store: Bits128, begun: Bits128?
  ) throws(SealError) -> ErasureSecrets? {
    guard OpenSSL.start() else { throw .cryptoUnavailable }
    guard let secrets = try file.read(for: store), let first = secrets.first else { return nil }
    let current = secrets.first { $0.facts.id == begun } ?? first
    return ErasureSecrets(file, store, secrets, current)
  }

  /// Makes the first secret and its file. The caller has made sure that there is none.
  /// - Throws: `SealError`.
  package static func make(
    _ file: ErasureFile, for store: Bits128, now: Instant
  ) throws(SealError) -> ErasureSecrets {
    guard OpenSSL.start() else { throw .cryptoUnavailable }
    let first = try ErasureSecret.random(nil, now, store: store)
    try file.write([first], for: store)
    return ErasureSecrets(file, store, [first], first)
  }

  package var facts: [ErasureSecretFacts] { state.withLock { $0.secrets.map(\.facts) } }

  var current: ErasureSecret { state.withLock { $0.current } }

  subscript(id: Bits128) -> ErasureSecret? { state.withLock { $0.secrets.first { $0.facts.id == id } } }

  /// A new one beside the one that is in use, on disk before it is used. Adding the one in use changes nothing.
  /// - Parameter needed: those that something is under. None of them goes to make room.
  /// - Throws: `unfinished` where a secret would go that is needed, or where the one in use would give way to an earlier one, which
  ///   an erasure is about to destroy.
  func add(_ id: Bits128, now: Instant, needed: Set<Bits128>) throws(SealError) {
    try state.withLock { (state) throws(SealError) in
      if id == state.current.facts.id { return }
      if let found = state.secrets.first(where: { $0.facts.id == id }) {
        guard id == state.secrets.last?.facts.id else { throw .unfinished }
        state.current = found
        return
      }
      try ErasureSecrets.requireRoom(state, needed)
      let new = try ErasureSecret.random(id, now, store: store)
      let both = [state.current, new]
      try file.write(both, for: store)
      state.secrets = both
      state.current = new
    }
  }

  /// There are never more than two. A second one that nobody began, as the store has it, may go when nothing is under it: the store
  /// is one from before.
  private static func requireRoom(_ state: State, _ needed: Set<Bits128>) throws(SealError) {
    guard state.secrets.count > 1 else { return }
    let isUnderWay = state.secrets.last?.facts.id == state.current.facts.id
    let leaving = state.secrets.filter { $0.facts.id != state.current.facts.id }
    guard !isUnderWay, leaving.allSatisfy({ !needed.contains($0.facts.id) }) else { throw .unfinished }
  }

  /// All but the one in use go from the disk, then from memory.
  func finish() throws(SealError) {
    try state.withLock { (state) throws(SealError) in
      guard state.secrets.count > 1 else { return }
      try file.write([state.current], for: store)
      state.secrets = [state.current]
    }
  }
}
