import KMSDomain
import Synchronization

/// Bounds what is done for strangers, such as asking the store for access keys that nobody here knows: so often for each source, and
/// so often in all. Sources of IP version 6 are told apart by their site.
///
/// Keys in the cache, and those that were found at some time (`KnownKeys`), don't come here, so a flood of made-up ones keeps no client away that was here before. A key that turns out
/// to exist gives back what its search took.
final class StrangerGate: Sendable {
  /// Sources beyond these are bounded by the total only.
  static let mostSources = 4096

  private struct State {
    var total = RequestBucket()
    var sources: [String: RequestBucket] = [:]
    var sweptAt = Instant(milliseconds: 0)
    var turnedAway: UInt64 = 0

    mutating func hasRoom(_ source: String, _ now: Instant, _ quotas: UnknownKeyQuotas) -> Bool {
      // A source that isn't remembered has asked for nothing lately.
      let isQuiet = sources[source]?.hasRoom(at: now, quotas.perSource) ?? true
      return isQuiet && total.hasRoom(at: now, quotas.total)
    }

    mutating func take(_ source: String, _ now: Instant, _ quotas: UnknownKeyQuotas) {
      total.take()
      if sources[source] == nil, sources.count >= StrangerGate.mostSources { sweep(now, quotas) }
      guard sources[source] != nil || sources.count < StrangerGate.mostSources else { return }
      _ = sources[source, default: RequestBucket()].takes(at: now, quotas.perSource)
    }

    /// Forgets sources that are as good as new; once in a while, because it looks at all of them.
    private mutating func sweep(_ now: Instant, _ quotas: UnknownKeyQuotas) {
      guard now.milliseconds - sweptAt.milliseconds >= 1000 else { return }
      sweptAt = now
      sources = sources.filter { _, bucket in
        var bucket = bucket
        return !bucket.isFull(at: now, quotas.perSource)
      }
    }
  }

  private let quotas: UnknownKeyQuotas
  private let clock: any TimeSource
  private let state = Mutex(State())

  /// - Parameter clock: one that nobody moves.
  init(_ quotas: UnknownKeyQuotas, clock: any TimeSource) {
    self.quotas = quotas
    self.clock = clock
  }

  /// Takes one search, if there may be one.
  func admits(_ source: String) -> Bool {
    let now = clock.now()
    let source = Address.network(of: source)
    return state.withLock { state in
      let isAdmitted = state.hasRoom(source, now, quotas)
      if isAdmitted { state.take(source, now, quotas) } else { state.turnedAway += 1 }
      return isAdmitted
    }
  }

  /// Whether a search would be refused now; it takes nothing.
  func isClosed(to source: String) -> Bool {
    let now = clock.now()
    let source = Address.network(of: source)
    return state.withLock { !$0.hasRoom(source, now, quotas) }
  }

  /// Gives back what the search for a key took that is there.
  func welcome(_ source: String) {
    let source = Address.network(of: source)
    state.withLock { state in
      state.total.giveBack()
      state.sources[source]?.giveBack()
    }
  }

  /// Counts one that was refused because the gate is closed.
  func countTurnedAway() { state.withLock { $0.turnedAway += 1 } }

  var turnedAway: UInt64 { state.withLock { $0.turnedAway } }
  var sources: Int { state.withLock { $0.sources.count } }
}
