import Dispatch
import KMSDomain
import Synchronization

/// RSA key pairs made ahead of their use, because making one takes up to some seconds.
///
/// A background queue keeps `depth` of each size ready, each tested, all in the secret arena. What wasn't used is wiped with
/// the stock.
final class KeyPairStock: Sendable {
  static let specs: [KeySpec] = [.rsa2048, .rsa3072, .rsa4096]

  private struct State {
    var ready: [KeySpec: [KeyPair]] = [:]
    var isFilling = false
  }

  private let depth: Int
  private let queue = DispatchQueue(label: "claviger.key-pairs", qos: .utility)
  private let state = Mutex(State())

  init(depth: Int) {
    self.depth = depth
    fill()
  }

  /// nil when none is ready; then the caller makes its own, and the stock is filled again meanwhile.
  func take(_ spec: KeySpec) -> KeyPair? {
    let pair = state.withLock { $0.ready[spec]?.popLast() }
    if KeyPairStock.specs.contains(spec) { fill() }
    return pair
  }

  /// How many of each are ready; for tests.
  func count(_ spec: KeySpec) -> Int { state.withLock { $0.ready[spec]?.count ?? 0 } }

  /// Returns once the stock is full; for tests.
  func waitUntilFull() {
    fill()
    queue.sync {}
  }

  private func fill() {
    let starts = state.withLock { state -> Bool in
      guard !state.isFilling else { return false }
      state.isFilling = true
      return true
    }
    guard starts else { return }
    // Between two pairs nothing holds the stock: it can end.
    queue.async { [weak self] in
      while let spec = self?.nextMissing() {
        guard let pair = KeyPairStock.make(spec) else {
          self?.rest()
          return
        }
        self?.add(pair)
      }
    }
  }

  /// The size of which fewest are ready, the quickest first; nil when the stock is full, which ends the filling.
  private func nextMissing() -> KeySpec? {
    let depth = depth
    return state.withLock { state in
      func count(_ spec: KeySpec) -> Int { state.ready[spec]?.count ?? 0 }
      let missing = KeyPairStock.specs.filter { count($0) < depth }.min { count($0) < count($1) }
      state.isFilling = missing != nil && state.isFilling
      return missing
    }
  }

  private func add(_ pair: KeyPair) { state.withLock { $0.ready[pair.spec, default: []].append(pair) } }

  /// After a pair that couldn't be made: whoever takes the next one starts the filling again.
  private func rest() { state.withLock { $0.isFilling = false } }

  private static func make(_ spec: KeySpec) -> KeyPair? {
    do throws(CryptoFailure) {
      let pair = try KeyPair(generating: spec)
      try pair.test()
      return pair
    } catch {
      return nil
    }
  }
}
