package import KMSDomain
import Synchronization

/// Says whether a request is within the limits of its vault. These hold beside the quota of the caller's account: one vault in a
/// loop mustn't take the server from the others.
package final class VaultMeter: Sendable {
  private let rates: [RequestRate]
  private let clock: any TimeSource
  /// By family. Only vaults that are there get this far, and those that are quiet are forgotten.
  private let vaults = Mutex<[VaultName: [RequestBucket]]>([:])
  private let refused = Atomic<UInt64>(0)

  /// - Parameter clock: one that nobody moves; some milliseconds more or less don't matter.
  package init(_ quotas: VaultQuotas, clock: any TimeSource) {
    rates = VaultFamily.allCases.map { quotas.rate(of: $0) }
    self.clock = clock
  }

  /// Takes what a request counts for, if there is room.
  /// - Returns: nil if there was; otherwise in how many seconds there will be, from 1.
  package func wait(
    _ family: VaultFamily, of vault: VaultName, cost: RequestBucket.Cost = .one
  ) -> Int? {
    guard let milliseconds = taken(family, of: vault, cost: cost) else { return nil }
    refused.wrappingAdd(1, ordering: .relaxed)
    return VaultMeter.seconds(milliseconds)
  }

  /// The same for a request that `wait` is asked about where there is no room: it isn't refused yet.
  /// - Returns: whether there was room, which is taken then.
  package func takes(
    _ family: VaultFamily, of vault: VaultName, cost: RequestBucket.Cost = .one
  ) -> Bool {
    taken(family, of: vault, cost: cost) == nil
  }

  /// - Returns: nil if there was room; otherwise in how many milliseconds there will be.
  private func taken(_ family: VaultFamily, of vault: VaultName, cost: RequestBucket.Cost) -> Int64? {
    let now = clock.now()
    let place = Int(family.rawValue)
    let rate = rates[place]
    return vaults.withLock { vaults in
      var buckets = vaults[vault] ?? Array(repeating: RequestBucket(), count: rates.count)
      defer { vaults[vault] = buckets }
      guard buckets[place].hasRoom(at: now, rate, cost: cost) else {
        return buckets[place].wait(rate, for: cost)
      }
      buckets[place].take(cost, of: rate)
      return nil
    }
  }

  private static func seconds(_ milliseconds: Int64) -> Int {
    max(1, Int(milliseconds / 1000) + (milliseconds % 1000 == 0 ? 0 : 1))
  }

  /// The same of a request of which it isn't known yet which of some families it is of, and that counts for one at least. It takes
  /// nothing.
  /// - Returns: nil as long as there is room in one of them.
  package func wait(for families: [VaultFamily], of vault: VaultName) -> Int? {
    let now = clock.now()
    let waits = vaults.withLock { vaults -> [Int64] in
      families.compactMap { family in
        let place = Int(family.rawValue)
        guard vaults[vault]?[place].hasRoom(at: now, rates[place]) == false else { return nil }
        return vaults[vault]?[place].wait(rates[place], for: .one)
      }
    }
    guard waits.count == families.count, let shortest = waits.min() else { return nil }
    refused.wrappingAdd(1, ordering: .relaxed)
    return VaultMeter.seconds(shortest)
  }

  /// Drops what is as good as new; a background job calls it every few seconds.
  package func forgetFull() {
    let now = clock.now()
    vaults.withLock { vaults in
      vaults = vaults.filter { _, buckets in
        var buckets = buckets
        return buckets.indices.contains { !buckets[$0].isFull(at: now, rates[$0]) }
      }
    }
  }

  /// How many requests were refused since the start.
  package var throttled: UInt64 { refused.load(ordering: .relaxed) }

  /// Vaults that are remembered.
  var lines: Int { vaults.withLock { $0.count } }
}

extension Desk {
  /// The record behind a name, by which it shows for how much a request counts. Nothing of it may be told: no right was asked.
  package func recordForLimits(_ name: KeyName) async -> KeyRecord? { try? await key(named: name)?.record }

  /// The same without waiting.
  package func warmRecordForLimits(_ name: KeyName) -> KeyRecord? { warmKey(.name(name))?.record }
}
