import KMSDomain
import Synchronization

/// What clients come back to with a value that the server gave them: for a while, so much for each client, and so much in all. A
/// value is worth something only to the client that got it.
final class Correlations<Kept: Sendable>: Sendable {
  struct Limits: Sendable {
    let perClient: Int
    let inAll: Int
    /// Seconds since the client was last there.
    let lifetime: Int64
  }

  /// Whoever proved the same identity by the same credential.
  private struct Client: Hashable {
    let account: AccountID?
    let principal: String
    let credential: String

    init(_ caller: Caller) {
      account = caller.account
      principal = caller.principal
      credential = caller.credential
    }
  }

  private struct Entry {
    let client: Client
    let kept: Kept
    let end: Instant
  }

  private struct State {
    var entries: [Bits128: Entry] = [:]
    var counts: [Client: Int] = [:]

    mutating func remove(_ value: Bits128) -> Entry? {
      guard let entry = entries.removeValue(forKey: value) else { return nil }
      counts[entry.client] = counts[entry.client].flatMap { $0 > 1 ? $0 - 1 : nil }
      return entry
    }

    mutating func removeExpired(at now: Instant) {
      for (value, entry) in entries where entry.end <= now { _ = remove(value) }
    }
  }

  private let limits: Limits
  private let state = Mutex(State())

  init(_ limits: Limits) { self.limits = limits }

  /// - Parameter value: an earlier one that goes on; nil: a new one.
  /// - Returns: the value; nil where the client, or all of them, have as many as they may.
  func keep(
    _ kept: Kept, for caller: Caller, as value: Bits128? = nil,
    _ desk: (now: Instant, randomness: any Randomness)
  ) -> Bits128? {
    let client = Client(caller)
    let value = value ?? desk.randomness.bits128()
    let end = desk.now.advanced(seconds: limits.lifetime)
    return state.withLock { state in
      state.removeExpired(at: desk.now)
      guard state.counts[client] ?? 0 < limits.perClient, state.entries.count < limits.inAll,
        state.entries[value] == nil
      else { return nil }
      state.entries[value] = Entry(client: client, kept: kept, end: end)
      state.counts[client, default: 0] += 1
      return value
    }
  }

  /// Takes it out: nobody else gets it while it is worked on.
  /// - Returns: nil for a value that isn't the caller's, or whose time is over.
  func take(_ value: Bits128, for caller: Caller, at now: Instant) -> Kept? {
    let client = Client(caller)
    return state.withLock { state in
      state.removeExpired(at: now)
      guard state.entries[value]?.client == client else { return nil }
      return state.remove(value)?.kept
    }
  }

  /// All of the caller's, in no order.
  func all(for caller: Caller, at now: Instant) -> [(Bits128, Kept)] {
    let client = Client(caller)
    return state.withLock { state in
      state.removeExpired(at: now)
      return state.entries.compactMap { $1.client == client ? ($0, $1.kept) : nil }
    }
  }

  /// Forgets, and so wipes, what nobody came back to in time.
  func removeExpired(at now: Instant) { state.withLock { $0.removeExpired(at: now) } }

  var count: Int { state.withLock { $0.entries.count } }
}
