package import KMSDomain
import Synchronization

/// The keys by which the server signs tokens: which there are, and the one that signs now, opened.
///
/// The assembly calls `renew` at an interval; whoever needs a key before that makes the first.
package final class TokenKeys: Sendable {
  private let engine: Engine
  let custody: any TokenCustody
  /// The key that signed last, opened.
  private let opened = Mutex<SigningTokenKey?>(nil)

  package init(_ engine: Engine, custody: any TokenCustody) {
    self.engine = engine
    self.custody = custody
  }

  /// Those of which a token may be good, or will be: what verifiers are to know.
  package func published() async throws(KMSError) -> [TokenKey] {
    let now = engine.desk.clock.now()
    return try await engine.desk.tokenKeys().filter { now < $0.isForgottenAt }
  }

  /// The one that signs now.
  package func current() async throws(KMSError) -> SigningTokenKey {
    let asked = engine.desk.clock.now()
    if let kept = opened.withLock({ $0 }), kept.key.startsAt <= asked, asked < kept.key.endsAt { return kept }
    try await runOnce()
    // A key that was made just now starts later than this was asked.
    let now = engine.desk.clock.now()
    guard let key = try await engine.desk.tokenKeys().last(where: { $0.startsAt <= now }) else {
      throw .corrupt(.tokenKey)
    }
    let signing = SigningTokenKey(key: key, live: try custody.open(key))
    opened.withLock { $0 = signing }
    return signing
  }

  /// Makes the next key in time.
  package func runOnce() async throws(KMSError) {
    let now = engine.desk.clock.now()
    let keys = try await engine.desk.tokenKeys()
    guard TokenKey.isNextDue(after: keys.last, at: now) || keys.contains(where: { $0.isForgottenAt <= now })
    else { return }
    try await engine.runAsSystem(RenewTokenKey(custody), job: "token key job")
  }

  /// The same on servers that have ever signed a token: the others need no key.
  package func renew() async throws(KMSError) {
    guard try await !engine.desk.store.tokenKeys().isEmpty else { return }
    try await runOnce()
  }

  /// An access token for an application.
  /// - Parameter claims: a JSON object.
  package func issue(
    _ claims: [UInt8], _ facts: IssueToken.Facts, from origin: RequestOrigin
  ) async throws(KMSError) -> String {
    try await engine.run(IssueToken(claims, facts, by: self), as: .system, from: origin)
  }
}

/// A key of tokens, opened.
package struct SigningTokenKey: Sendable {
  package let key: TokenKey
  let live: any LiveKey
}
