import KMSDomain
import Synchronization

/// What clients come back to with a value that the server gave them: for a while, so much for each client, and so much in all. A
/// value is worth something only to the client that got it, and is given to that client again once it is free: one that has one
/// thing open at a time always has the same value.
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
    /// The values of each client, those that are free too.
    var values: [Client: Values] = [:]

    struct Values {
      var all: [Bits128] = []
      /// Of what was taken out and will be put back, and until when at the latest.
      var away: [Bits128: Instant] = [:]
      var end: Instant
    }

    /// A value that the client has nothing open by: the first of its own, or a new one.
    mutating func freeValue(of client: Client, until end: Instant, _ randomness: any Randomness) -> Bits128 {
      var values = values[client] ?? Values(end: end)
      values.end = end
      let free = values.all.first { entries[$0] == nil && values.away[$0] == nil }
      let value = free ?? randomness.bits128()
      if free == nil { values.all.append(value) }
      self.values[client] = values
      return value
    }

    mutating func remove(_ value: Bits128) -> Entry? {
      guard let entry = entries.removeValue(forKey: value) else { return nil }
      counts[entry.client] = counts[entry.client].flatMap { $0 > 1 ? $0 - 1 : nil }
      return entry
    }

    mutating func removeExpired(at now: Instant) {
      for (value, entry) in entries where entry.end <= now { _ = remove(value) }
      for (client, known) in values {
        if known.end <= now {
          values[client] = nil
        } else if known.away.contains(where: { $1 <= now }) {
          values[client]?.away = known.away.filter { $1 > now }
        }
      }
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
    let end = desk.now.advanced(seconds: limits.lifetime)
    return state.withLock { state in
      state.removeExpired(at: desk.now)
      guard state.counts[client] ?? 0 < limits.perClient, state.entries.count < limits.inAll else {
        return nil
      }
      let value = value ?? state.freeValue(of: client, until: end, desk.randomness)
      guard state.entries[value] == nil else { return nil }
      state.values[client]?.away[value] = nil
      state.values[client]?.end = end
      state.entries[value] = Entry(client: client, kept: kept, end: end)
      state.counts[client, default: 0] += 1
      return value
    }
  }

  /// Takes it out: nobody else gets it while it is worked on.
  /// - Parameter goesOn: it will be put back under the same value, unless something goes wrong.
  /// - Returns: nil for a value that isn't the caller's, or whose time is over.
  func take(_ value: Bits128, for caller: Caller, at now: Instant, goesOn: Bool = false) -> Kept? {
    let client = Client(caller)
    return state.withLock { state in
      state.removeExpired(at: now)
      guard let entry = state.entries[value], entry.client == client else { return nil }
      if goesOn { state.values[client]?.away[value] = entry.end }
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
