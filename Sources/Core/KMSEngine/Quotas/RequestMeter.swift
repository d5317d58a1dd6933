package import KMSDomain
import Synchronization

/// Says whether a call is within the quota of its caller's account. A call of one account on a key of another counts for the
/// account that calls, as at AWS.
///
/// A mutex around a dictionary, held for some tens of nanoseconds: quotas cost a warm call next to nothing.
package final class RequestMeter: Sendable {
  private let quotas: RequestQuotas
  private let clock: any TimeSource
  /// Accounts that nobody made can't call, and those that are quiet are forgotten.
  private let accounts = Mutex<[AccountID: AccountMeter]>([:])
  private let refused = Atomic<UInt64>(0)

  /// - Parameter clock: one that nobody moves; some milliseconds more or less don't matter.
  package init(_ quotas: RequestQuotas, clock: any TimeSource) {
    self.quotas = quotas
    self.clock = clock
  }

  /// Takes one request of the quota, if there is room.
  package func admits(
    _ family: RequestFamily, of account: AccountID, in region: String, by principal: String
  ) -> Bool {
    let now = clock.now()
    let isAdmitted = accounts.withLock { accounts in
      accounts[account, default: AccountMeter()].admits(family, in: region, of: principal, at: now, quotas)
    }
    if !isAdmitted { refused.wrappingAdd(1, ordering: .relaxed) }
    return isAdmitted
  }

  /// Drops what is as good as new; a background job calls it every few seconds.
  package func forgetFull() {
    let now = clock.now()
    accounts.withLock { accounts in
      for account in accounts.keys {
        if accounts[account]?.forgetFull(at: now, quotas) ?? false { accounts[account] = nil }
      }
    }
  }

  /// How many calls were refused since the start.
  package var throttled: UInt64 { refused.load(ordering: .relaxed) }

  /// Regions and principals that are remembered, over all accounts.
  var lines: Int { accounts.withLock { $0.values.reduce(0) { $0 + $1.lines } } }
}
