import Crypto
import KMSDomain
import Synchronization

/// What tokens say that proved to be the server's own, so that the same signature isn't computed for every request that brings the same
/// bytes. See docs/decisions/0034-tokens-seen-before.md.
///
/// Only what can't change any more is kept: that these bytes have a right signature, by keys that are still the ones at hand. Times, the
/// audience and the application are judged with each request. Nobody without a genuine token can put anything in. Tokens themselves aren't kept.
final class VerifiedTokens: Sendable {
  struct Known: Sendable {
    let token: OwnToken
    let audience: String
    let times: TokenTimes
    /// Of the keys by which it was verified.
    let edition: UInt64
  }

  /// Those used lately, and those before them: when there are too many of the former, the latter go.
  private struct State {
    var young: [SHA256Digest: Known] = [:]
    var old: [SHA256Digest: Known] = [:]
  }

  private let half: Int
  private let state = Mutex(State())

  /// - Parameter limit: of tokens, at least 2.
  init(limit: Int) { half = max(1, limit / 2) }

  func known(_ digest: SHA256Digest) -> Known? {
    state.withLock { state in
      if let known = state.young[digest] { return known }
      guard let known = state.old[digest] else { return nil }
      keep(known, digest, &state)
      return known
    }
  }

  func note(_ known: Known, _ digest: SHA256Digest) {
    state.withLock { keep(known, digest, &$0) }
  }

  private func keep(_ known: Known, _ digest: SHA256Digest, _ state: inout State) {
    if state.young.count >= half, state.young[digest] == nil {
      state.old = state.young
      state.young = [:]
    }
    state.young[digest] = known
  }

  var count: Int { state.withLock { Set($0.young.keys).union($0.old.keys).count } }
}
