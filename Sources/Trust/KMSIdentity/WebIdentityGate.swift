import KMSDomain

/// Bounds how often tokens are looked at, before anything about them is: so often for each source and in all, and so often for
/// the roles of each account.
///
/// A token that gets its bearer a session gives back what its source took: however many workloads stand behind one address, only
/// those that fail count. The account's part stays taken. It is no part of what its own callers have, or whoever makes up tokens
/// could keep them from theirs.
final class WebIdentityGate: Sendable {
  private let sources: StrangerGate
  private let accounts: StrangerGate

  /// - Parameter clock: one that nobody moves.
  init(_ quotas: WebIdentityQuotas, clock: any TimeSource) {
    sources = StrangerGate(
      UnknownKeyQuotas(perSource: quotas.perSource, total: quotas.total), clock: clock)
    accounts = StrangerGate(
      UnknownKeyQuotas(perSource: quotas.perAccount, total: RequestRate(RequestRate.most)), clock: clock)
  }

  /// Takes one look at a token, if there may be one.
  func admits(_ source: String, _ account: AccountID) -> Bool {
    sources.admits(source) && accounts.admits(account.text)
  }

  func welcome(_ source: String) { sources.welcome(source) }

  var turnedAway: UInt64 { sources.turnedAway + accounts.turnedAway }
}
