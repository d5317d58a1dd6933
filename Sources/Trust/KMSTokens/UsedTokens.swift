import Crypto
import KMSDomain
import Synchronization

/// Remembers the tokens of an issuer that were used, until they expire: for issuers whose tokens are for one use.
///
/// The memory is this process's own. So a token from before the process began counts as used, also one whose issuer's clock is as far
/// ahead as is allowed: nobody here can know better. An issuer with a right clock is believed a minute after the start.
final class UsedTokens: Sendable {
  private let since: Instant
  private let limit: Int
  /// When each expires.
  private let used = Mutex<[[UInt8]: Instant]>([:])

  init(since: Instant, limit: Int = TokenLimits.remembered) {
    self.since = since
    self.limit = limit
  }

  /// Takes note of a token whose signature was right.
  /// - Parameter id: the token's own, if it has one.
  /// - Parameter signed: stands for the token otherwise. Not the signature: of those there can be several for one text.
  /// - Throws: `replayed`, `tooManyTokens`.
  func use(
    _ id: String?, signed: [UInt8], issuedAt: Instant, expiresAt: Instant, now: Instant
  ) throws(TokenFault) {
    guard issuedAt >= since.advanced(seconds: TokenLimits.skew) else { throw .replayed }
    let name = Array(SHA256.hash(data: id.map { Array("id:\($0)".utf8) } ?? Array("text:".utf8) + signed))
    let outcome = used.withLock { used -> Result<Void, TokenFault> in
      if let until = used[name], until > now { return .failure(.replayed) }
      if used.count >= limit { used = used.filter { $0.value > now } }
      guard used.count < limit else { return .failure(.tooManyTokens) }
      used[name] = expiresAt
      return .success(())
    }
    try outcome.get()
  }

  var count: Int { used.withLock { $0.count } }
}
