import KMSDomain
import KMSSecrets

/// The token of a session; `docs/formats.md` has the layout. The secret of its access key and what it was begun with are
/// sealed in it under a key that is used for nothing else, bound to the access key and the store.
struct SessionToken {
  static let formatVersion: UInt8 = 1
  static let headerLength = 21
  static let saltLength = 16
  /// Characters of the secret, which stands before the claims.
  static let secretLength = 40

  let epoch: EpochID
  private let salt: [UInt8]
  private let sealed: ArraySlice<UInt8>

  /// Nothing is proved before it opens.
  /// - Returns: nil when the bytes can't be a token.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= SessionToken.headerLength + SessionToken.secretLength + AESGCM.tagLength,
      bytes[0] == SessionToken.formatVersion
    else { return nil }
    epoch = EpochID(bytes[1..<5].reduce(0) { $0 << 8 | UInt32($1) })
    salt = Array(bytes[5..<SessionToken.headerLength])
    sealed = bytes[SessionToken.headerLength...]
  }

  /// - Parameter text: the secret and, after it, the claims.
  static func seal(
    _ text: borrowing SecretBytes, for accessKey: String, by epoch: Epoch, in store: Bits128
  ) throws(CryptoFailure) -> [UInt8] {
    let salt = try RandomBytes.plain(saltLength)
    let header = header(epoch.id, salt)
    return try header
      + AESGCM.seal(
        text, key: epoch.sessions.key(for: salt), nonce: noNonce,
        aad: identity(of: accessKey, header, in: store))
  }

  /// - Throws: `rejected` for whatever wasn't sealed for this access key in this store.
  func open(
    for accessKey: String, by keys: SessionKeys, in store: Bits128
  ) throws(CryptoFailure) -> SecretBytes {
    try AESGCM.open(
      sealed, key: keys.key(for: salt), nonce: SessionToken.noNonce,
      aad: SessionToken.identity(of: accessKey, SessionToken.header(self.epoch, salt), in: store))
  }

  /// Each token has a key of its own, so that the nonce needn't differ.
  private static let noNonce = [UInt8](repeating: 0, count: AESGCM.nonceLength)

  private static func header(_ epoch: EpochID, _ salt: [UInt8]) -> [UInt8] {
    [formatVersion] + BlobIdentity.bigEndian(epoch.number) + salt
  }

  private static func identity(of accessKey: String, _ header: [UInt8], in store: Bits128) -> [UInt8] {
    Array("claviger/session/1".utf8) + store.bytes + header + Array(accessKey.utf8)
  }
}

/// Derives the keys of tokens from an epoch's.
final class SessionKeys: Sendable {
  private let secret: SecretBytes

  init(_ secret: consuming SecretBytes) { self.secret = secret }

  func key(for salt: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    try Derivation.key(from: secret, label: "claviger/session", context: salt)
  }
}
