import KMSDomain
import Synchronization

/// Whoever proved the same identity by the same credential.
struct ReturningClient: Hashable, Sendable {
  private let account: AccountID?
  private let principal: String
  private let credential: String

  init(_ caller: Caller) {
    account = caller.account
    principal = caller.principal
    credential = caller.credential
  }
}

/// What clients come back to with a value that the server gave them: for a while, so much for each client, and so much in all.
///
/// A value is worth something only to the client that got it, and for nothing but what is kept now. So each client has its own few,
/// and one that has one thing kept at a time gets the same value each time: the protocol's published cases have it so.
final class Correlations<Kept: Sendable>: Sendable {
  struct Limits: Sendable {
    let perClient: Int
    let inAll: Int
    /// Seconds since the client was last there.
    let lifetime: Int64
  }

  private typealias Client = ReturningClient

  private struct Entry {
    let client: Client
    /// nil while it is lent.
    var kept: Kept?
    var end: Instant
  }

  private struct State {
    var entries: [Bits128: Entry] = [:]
    var counts: [Client: Int] = [:]

    @discardableResult
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

  /// - Returns: the value; nil where the client, or all of them, have as many as they may.
  func keep(_ kept: Kept, for caller: Caller, at now: Instant) -> Bits128? {
    let client = Client(caller)
    let entry = Entry(client: client, kept: kept, end: now.advanced(seconds: limits.lifetime))
    return state.withLock { state in
      state.removeExpired(at: now)
      guard state.counts[client] ?? 0 < limits.perClient, state.entries.count < limits.inAll else {
        return nil
      }
      guard let value = place(of: client, state) else { return nil }
      state.entries[value] = entry
      state.counts[client, default: 0] += 1
      return value
    }
  }

  /// The first of the client's own values that is free. What they are is this process's secret.
  private func place(of client: Client, _ state: State) -> Bits128? {
    (0..<limits.perClient).lazy.map { Correlations.value(client, $0) }.first { state.entries[$0] == nil }
  }

  private static func value(_ client: Client, _ place: Int) -> Bits128 {
    var hasher = Hasher()
    hasher.combine(client)
    hasher.combine(place)
    var low = hasher
    low.combine(place)
    return Bits128(
      high: UInt64(bitPattern: Int64(hasher.finalize())), low: UInt64(bitPattern: Int64(low.finalize())))
  }

  /// Takes it out.
  /// - Returns: nil for a value that isn't the caller's, or whose time is over.
  func take(_ value: Bits128, for caller: Caller, at now: Instant) -> Kept? {
    let client = Client(caller)
    return state.withLock { state in
      state.removeExpired(at: now)
      guard let entry = state.entries[value], entry.client == client, let kept = entry.kept else {
        return nil
      }
      state.remove(value)
      return kept
    }
  }

  /// Lends it: nobody else gets it, and its place stays taken, until it is given back or ended.
  /// - Returns: nil for a value that isn't the caller's, or whose time is over, or that is lent.
  func borrow(_ value: Bits128, for caller: Caller, at now: Instant) -> Kept? {
    let client = Client(caller)
    let end = now.advanced(seconds: limits.lifetime)
    return state.withLock { state in
      state.removeExpired(at: now)
      guard var entry = state.entries[value], entry.client == client, let kept = entry.kept else {
        return nil
      }
      entry.kept = nil
      entry.end = end
      state.entries[value] = entry
      return kept
    }
  }

  /// What wasn't given back in time is gone.
  func giveBack(_ kept: Kept, as value: Bits128) {
    state.withLock { state in
      if state.entries[value]?.kept == nil { state.entries[value]?.kept = kept }
    }
  }

  func end(_ value: Bits128) { state.withLock { _ = $0.remove(value) } }

  /// All of the caller's, in no order.
  func all(for caller: Caller, at now: Instant) -> [(Bits128, Kept)] {
    let client = Client(caller)
    return state.withLock { state in
      state.removeExpired(at: now)
      return state.entries.compactMap { value, entry in
        entry.client == client ? entry.kept.map { (value, $0) } : nil
      }
    }
  }

  /// Forgets, and so wipes, what nobody came back to in time.
  func removeExpired(at now: Instant) { state.withLock { $0.removeExpired(at: now) } }

  var count: Int { state.withLock { $0.entries.count } }
}
