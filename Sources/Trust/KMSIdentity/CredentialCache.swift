import KMSDomain
import SigV4
import Synchronization

/// What the cache needs to know of what it keeps.
protocol LoadedCredential: AnyObject, Sendable {
  associatedtype ID: Hashable & Sendable
  /// Of the access key or certificate.
  var id: ID { get }
  /// Whose it is.
  var principal: IdentityID { get }
  /// Of that principal.
  var account: AccountID { get }
}

/// Loaded credentials and the signing keys that proved themselves, bounded in both directions; concurrent loads of one
/// credential are one load.
final class CredentialCache<Loaded: LoadedCredential>: Sendable {
  typealias Outcome = Result<Loaded?, KMSError>

  /// What a warm request needs.
  struct Hit {
    let loaded: Loaded
    /// nil when no signature of this scope was verified yet.
    let key: SigningKey?
  }

  /// Days times Regions times services that one client may use before the oldest is derived anew.
  private static var scopesPerKey: Int { 32 }

  private let limit: Int
  /// Guards everything below it.
  private let state: Mutex<State>

  private struct State {
    var entries: [Loaded.ID: Entry] = [:]
    var flights: [Loaded.ID: Flight] = [:]
    var lastFlight: UInt64 = 0
    /// The ids in the order in which they came, as a ring of at most `limit`; `oldest` is the next to go. An id that was
    /// forgotten keeps its place until then.
    var order: [Loaded.ID] = []
    var oldest = 0
  }

  private struct Entry {
    let loaded: Loaded
    /// The newest last.
    var keys: [(scope: CredentialScope, key: SigningKey)] = []
  }

  private enum Source {
    case memory(Loaded)
    case flight(Task<Outcome, Never>)
  }

  private struct Flight {
    let number: UInt64
    let task: Task<Outcome, Never>
  }

  init(limit: Int) {
    self.limit = max(limit, 1)
    state = Mutex(State())
  }

  func hit(_ id: Loaded.ID, scope: CredentialScope) -> Hit? {
    state.withLock { state in
      guard let entry = state.entries[id] else { return nil }
      return Hit(loaded: entry.loaded, key: entry.keys.last { $0.scope == scope }?.key)
    }
  }

  /// For credentials that sign nothing.
  subscript(_ id: Loaded.ID) -> Loaded? { state.withLock { $0.entries[id]?.loaded } }

  /// The cached key, or what `load` finds; whoever asks meanwhile waits for the same load. Only found keys are kept.
  func loaded(
    _ id: Loaded.ID, load: @escaping @Sendable () async throws(KMSError) -> Loaded?
  ) async -> Outcome {
    let source = state.withLock { state -> Source in
      if let entry = state.entries[id] { return .memory(entry.loaded) }
      if let flight = state.flights[id] { return .flight(flight.task) }
      state.lastFlight += 1
      let number = state.lastFlight
      let task = Task {
        let outcome = await CredentialCache.outcome(of: load)
        self.land(id, number, outcome)
        return outcome
      }
      state.flights[id] = Flight(number: number, task: task)
      return .flight(task)
    }
    switch source {
    case .memory(let loaded): return .success(loaded)
    case .flight(let task): return await task.value
    }
  }

  /// Keeps a signing key whose signature was right: nobody without the secret can fill this.
  func keep(_ key: SigningKey, scope: CredentialScope, of loaded: Loaded) {
    state.withLock { state in
      // Another object under the same id means that the key was forgotten and loaded anew meanwhile.
      guard var entry = state.entries[loaded.id], entry.loaded === loaded,
        !entry.keys.contains(where: { $0.scope == scope })
      else { return }
      if entry.keys.count >= Self.scopesPerKey { entry.keys.removeFirst() }
      entry.keys.append((scope, key))
      state.entries[loaded.id] = entry
    }
  }

  /// Drops what matches, also what is being loaded: a load that began before a change is not kept after it.
  func forget(_ id: Loaded.ID) {
    state.withLock { state in
      state.entries[id] = nil
      state.flights[id] = nil
    }
  }

  func forget(_ principal: IdentityID) {
    state.withLock { state in
      state.entries = state.entries.filter { $0.value.loaded.principal != principal }
      // Whose keys are on their way isn't known yet.
      state.flights = [:]
    }
  }

  func forget(_ account: AccountID) {
    state.withLock { state in
      state.entries = state.entries.filter { $0.value.loaded.account != account }
      state.flights = [:]
    }
  }

  var count: Int { state.withLock { $0.entries.count } }

  private static func outcome(of load: () async throws(KMSError) -> Loaded?) async -> Outcome {
    do throws(KMSError) {
      return .success(try await load())
    } catch {
      return .failure(error)
    }
  }

  private func land(_ id: Loaded.ID, _ number: UInt64, _ outcome: Outcome) {
    state.withLock { state in
      guard state.flights[id]?.number == number else { return }
      state.flights[id] = nil
      guard case .success(let found?) = outcome else { return }
      if state.order.count < limit {
        state.order.append(id)
      } else {
        state.entries[state.order[state.oldest]] = nil
        state.order[state.oldest] = id
        state.oldest = (state.oldest + 1) % limit
      }
      state.entries[id] = Entry(loaded: found)
    }
  }
}
