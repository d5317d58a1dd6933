import KMSDomain
import KMSSecrets

/// What is left of an epoch that is gone: by what tokens open that it sealed, and nothing that opens a stored key.
///
/// One key opens tokens of sessions; a second one, unless an erasure has been since, opens import tokens.
final class EpochRemains: Sendable {
  let id: EpochID
  /// As it is stored, wrapped: one key after the other.
  let secret: Secret
  /// See `EpochRecord.erasure`.
  let erasure: Bits128?
  let sessions: SessionKeys
  let imports: WrappingKey?

  /// - Throws: `rejected` for what isn't one key or two.
  init(_ id: EpochID, _ secret: Secret, erasure: Bits128?) throws(CryptoFailure) {
    let length = Epoch.keyLength
    guard [length, 2 * length].contains(secret.bytes.count) else { throw .rejected }
    self.id = id
    self.secret = secret
    self.erasure = erasure
    sessions = SessionKeys(secret.bytes.slice(0..<length))
    imports = secret.bytes.count > length ? WrappingKey(secret.bytes.slice(length..<2 * length)) : nil
  }
}
