package import KMSDomain
import Synchronization

/// Records with compiled policies, and the names that lead to them.
///
/// A load that began before a change must not put the old record back after it: every change moves a counter of the key's
/// shard, and what was loaded under an older count is used by its own request but not kept.
package final class KeyCache: Sendable {
  private struct State {
    var records: TwoAgeCache<KeyID, ProtectedKey>
    var names: TwoAgeCache<KeyName, KeyID>
    var changes = [UInt64](repeating: 0, count: KeyCache.shards)
    var nameChanges: UInt64 = 0
  }

  /// What a load saw before it went to the store.
  package struct Ticket: Hashable, Sendable {
    fileprivate let changes: UInt64
  }

  /// A key as of a ticket: loads under one ticket may be shared, later ones may not join them.
  struct Flight: Hashable, Sendable {
    let key: KeyID
    let ticket: Ticket
  }

  private static let shards = 256
  let flights = SingleFlight<Flight, ProtectedKey?>()
  private let state: Mutex<State>

  package init(limit: Int) {
    state = Mutex(State(records: TwoAgeCache(limit: limit), names: TwoAgeCache(limit: limit)))
  }

  package func key(_ id: KeyID) -> ProtectedKey? {
    state.withLock { $0.records.value(for: id) }
  }

  package func key(named name: KeyName) -> ProtectedKey? {
    state.withLock { state in
      guard let id = state.names.value(for: name), let key = state.records.value(for: id) else { return nil }
      // Changes of a key take names from it, which nobody tells this cache one by one.
      switch name.space {
      case .identifier: return key
      case .alias: return key.record.state.isDestroyed ? nil : key
      case .given: return key.record.object?.names.contains(name.text) ?? false ? key : nil
      }
    }
  }

  package func ticket(for id: KeyID) -> Ticket {
    state.withLock { Ticket(changes: $0.changes[KeyCache.shard(id)]) }
  }

  package func ticketForNames() -> Ticket { state.withLock { Ticket(changes: $0.nameChanges) } }

  package func keep(_ key: ProtectedKey, _ ticket: Ticket) {
    state.withLock { state in
      guard state.changes[KeyCache.shard(key.record.id)] == ticket.changes else { return }
      state.records.insert(key, for: key.record.id)
    }
  }

  package func keep(_ name: KeyName, _ id: KeyID, _ ticket: Ticket) {
    state.withLock { state in
      guard state.nameChanges == ticket.changes else { return }
      state.names.insert(id, for: name)
    }
  }

  /// After a change of the key.
  package func forget(_ id: KeyID) {
    state.withLock { state in
      state.changes[KeyCache.shard(id)] &+= 1
      state.records.remove(id)
    }
  }

  /// After a change of a movable name.
  package func forget(_ name: KeyName) {
    state.withLock { state in
      state.nameChanges &+= 1
      state.names.remove(name)
    }
  }

  private static func shard(_ id: KeyID) -> Int { Int(truncatingIfNeeded: id.bits.low) & (shards - 1) }
}
