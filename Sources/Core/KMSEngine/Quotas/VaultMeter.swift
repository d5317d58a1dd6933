package import KMSDomain
import Synchronization

/// Says whether a request is within the limits of its vault, and of all vaults of that account in that Region. These hold beside the quota
/// of the caller's account: one vault in a loop mustn't take the server from the others.
package final class VaultMeter: Sendable {
  /// Whose requests share a limit.
  private enum Line: Hashable {
    case vault(VaultName)
    case account(AccountID, region: String)
  }

  private let rates: [RequestRate]
  /// Of all vaults of an account; nil: they have no limit together.
  private let accountRates: [RequestRate]?
  private let clock: any TimeSource
  /// By family. Only vaults that are there get this far, and those that are quiet are forgotten.
  private let buckets = Mutex<[Line: [RequestBucket]]>([:])
  private let refused = Atomic<UInt64>(0)

  /// - Parameter clock: one that nobody moves; some milliseconds more or less don't matter.
  package init(_ quotas: VaultQuotas, clock: any TimeSource) {
    rates = VaultFamily.allCases.map { quotas.rate(of: $0) }
    let shared = VaultFamily.allCases.compactMap { quotas.accountRate(of: $0) }
    accountRates = shared.count == rates.count ? shared : nil
    self.clock = clock
  }

  /// Takes what a request counts for, if there is room.
  /// - Returns: nil if there was; otherwise in how many seconds there will be, from 1.
  package func wait(
    _ family: VaultFamily, of vault: Vault, cost: RequestBucket.Cost = .one
  ) -> Int? {
    guard let milliseconds = taken(family, of: vault, cost: cost) else { return nil }
    refused.wrappingAdd(1, ordering: .relaxed)
    return VaultMeter.seconds(milliseconds)
  }

  /// The same for a request that `wait` is asked about where there is no room: it isn't refused yet.
  /// - Returns: whether there was room, which is taken then.
  package func takes(
    _ family: VaultFamily, of vault: Vault, cost: RequestBucket.Cost = .one
  ) -> Bool {
    taken(family, of: vault, cost: cost) == nil
  }

  /// From the vault and from its account, or from neither.
  /// - Returns: nil if there was room; otherwise in how many milliseconds there will be.
  private func taken(_ family: VaultFamily, of vault: Vault, cost: RequestBucket.Cost) -> Int64? {
    let now = clock.now()
    let place = Int(family.rawValue)
    let own = Line.vault(vault.name)
    return buckets.withLock { buckets in
      let rate = rates[place]
      if let wait = VaultMeter.take(cost, of: rate, at: now, from: &buckets[own, default: fresh][place]) {
        return wait
      }
      guard let shared = accountRates?[place] else { return nil }
      let account = VaultMeter.account(of: vault)
      let wait = VaultMeter.take(cost, of: shared, at: now, from: &buckets[account, default: fresh][place])
      if wait != nil { buckets[own]?[place].giveBack(cost, of: rate) }
      return wait
    }
  }

  private static func take(
    _ cost: RequestBucket.Cost, of rate: RequestRate, at now: Instant, from bucket: inout RequestBucket
  ) -> Int64? {
    guard bucket.hasRoom(at: now, rate, cost: cost) else { return bucket.wait(rate, for: cost) }
    bucket.take(cost, of: rate)
    return nil
  }

  private var fresh: [RequestBucket] { Array(repeating: RequestBucket(), count: rates.count) }

  private static func account(of vault: Vault) -> Line {
    .account(vault.home.account, region: vault.home.region)
  }

  private static func seconds(_ milliseconds: Int64) -> Int {
    max(1, Int(milliseconds / 1000) + (milliseconds % 1000 == 0 ? 0 : 1))
  }

  /// The same of a request of which it isn't known yet which of some families it is of, and that counts for one at least. It takes
  /// nothing.
  /// - Returns: nil as long as there is room in one of them.
  package func wait(for families: [VaultFamily], of vault: Vault) -> Int? {
    let now = clock.now()
    let (own, account) = (Line.vault(vault.name), VaultMeter.account(of: vault))
    let waits = buckets.withLock { buckets -> [Int64] in
      families.compactMap { family in
        let place = Int(family.rawValue)
        let lines = [(own, rates[place])] + (accountRates.map { [(account, $0[place])] } ?? [])
        return lines.compactMap { line, rate -> Int64? in
          guard buckets[line]?[place].hasRoom(at: now, rate) == false else { return nil }
          return buckets[line]?[place].wait(rate, for: .one)
        }.max()
      }
    }
    guard waits.count == families.count, let shortest = waits.min() else { return nil }
    refused.wrappingAdd(1, ordering: .relaxed)
    return VaultMeter.seconds(shortest)
  }

  /// Drops what is as good as new; a background job calls it every few seconds.
  package func forgetFull() {
    let now = clock.now()
    buckets.withLock { buckets in
      buckets = buckets.filter { line, kept in
        let rates =
          switch line {
          case .vault: self.rates
          case .account: accountRates ?? self.rates
          }
        var kept = kept
        return kept.indices.contains { !kept[$0].isFull(at: now, rates[$0]) }
      }
    }
  }

  /// How many requests were refused since the start.
  package var throttled: UInt64 { refused.load(ordering: .relaxed) }

  /// Vaults and accounts that are remembered.
  var lines: Int { buckets.withLock { $0.count } }
}

extension Desk {
  /// The record behind a name, by which it shows for how much a request counts. Nothing of it may be told: no right was asked.
  package func recordForLimits(_ name: KeyName) async -> KeyRecord? { try? await key(named: name)?.record }

  /// The same without waiting.
  package func warmRecordForLimits(_ name: KeyName) -> KeyRecord? { warmKey(.name(name))?.record }
}
