import KMSDomain
import WireKMIP

/// What has to be known of a key to use it.
struct UsedKey: Sendable {
  let spec: KeySpec
  /// What its owner calls it, where the material alone doesn't say: one-time pads, ChaCha20 with and without Poly1305. nil: what the
  /// kind says.
  let algorithm: KMIP.CryptographicAlgorithm?
  /// The first that its owner gave it, for requests without any.
  let parameters: CryptographicParameters?
}

extension UsedKey {
  /// What holds for a request: all of what it says, or else all of what the key says (KMIP 2.1 section 6.1.17).
  func parameters(_ asked: CryptographicParameters?, authenticating: Bool = false) -> CryptographicParameters
  {
    asked ?? parameters ?? (authenticating ? authenticated : CryptographicParameters())
  }

  /// For clients of a dialect in which nobody says how: what protects best.
  private var authenticated: CryptographicParameters {
    switch spec.keyClass {
    case .blockCipher: CryptographicParameters(mode: .gcm, hasRandomIV: true, tagLength: 16)
    case .chaCha20: CryptographicParameters(mode: .aead, hasRandomIV: true, tagLength: 16)
    case .rsa: CryptographicParameters(padding: .oaep, hash: .sha256)
    case .hmac, .bytes, .ecdsa, .edDSA, .dsa, .other: CryptographicParameters()
    }
  }
}

extension UsedKey {
  init(_ key: ProtectedKey) {
    let notes = KMIPNotes.of(key)
    self.init(spec: key.record.spec, algorithm: notes.algorithm, parameters: notes.parameters)
  }
}
