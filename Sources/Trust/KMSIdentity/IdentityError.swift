package import KMSDomain
package import SigV4

/// Why nobody was identified. No case carries a secret, a token or a signature.
package enum IdentityError: Error, Equatable, Sendable {
  /// The request itself doesn't prove anything; the refusal says which part of it fails.
  case refused(SigV4Refusal)
  /// No active access key has that id: unknown and deactivated are not told apart.
  case unknownKey
  /// The request names a session token, and none was ever issued.
  case invalidToken
  /// Nobody here knows the access key, and too many such keys were looked for: this one wasn't.
  case throttled
  /// It couldn't be found out: the store or a stored record fails.
  case fault(KMSError)
}
