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
  func parameters(_ asked: CryptographicParameters?) -> CryptographicParameters {
    asked ?? parameters ?? CryptographicParameters()
  }
}

extension UsedKey {
  init(_ key: ProtectedKey) {
    let notes = KMIPNotes.of(key)
    self.init(spec: key.record.spec, algorithm: notes.algorithm, parameters: notes.parameters)
  }
}
