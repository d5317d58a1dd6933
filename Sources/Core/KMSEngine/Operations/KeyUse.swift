package import KMSDomain

/// A key with opened material of the version that an operation will use.
package struct UsableKey: Sendable {
  package let key: ProtectedKey
  package let version: VersionID
  /// nil when state keeps it shut: the gate's state check then says why.
  let live: (any LiveKey)?

  /// - Throws: `invalidCiphertext` when the version's material is gone though the key may be used.
  package func material() throws(KMSError) -> any LiveKey {
    guard let live else { throw .invalidCiphertext }
    return live
  }
}

extension Desk {
  /// The key and the version that protects new data.
  func protecting(_ reference: KeyReference) async throws(KMSError) -> UsableKey {
    let key = try await key(reference)
    return UsableKey(
      key: key, version: key.record.current, live: try liveKey(key.record.current, of: key.record))
  }

  func protectingWarm(_ reference: KeyReference) -> UsableKey? {
    guard let key = warmKey(reference.target),
      let live = warmLiveKey(key.record.current, of: key)
    else { return nil }
    return UsableKey(key: key, version: key.record.current, live: live)
  }

  /// The key and the version that a ciphertext names. A key that the caller named comes first; without one, the
  /// ciphertext's own.
  func processing(
    _ ciphertext: SymmetricCiphertext, named reference: KeyReference?
  ) async throws(KMSError) -> UsableKey {
    let key = try await key(reference ?? KeyReference(.id(ciphertext.key), asWritten: ""))
    return UsableKey(
      key: key, version: ciphertext.version, live: try liveKey(ciphertext.version, of: key.record))
  }

  func processingWarm(_ ciphertext: SymmetricCiphertext, named reference: KeyReference?) -> UsableKey? {
    guard let key = warmKey(reference?.target ?? .id(ciphertext.key)),
      let live = warmLiveKey(ciphertext.version, of: key)
    else { return nil }
    return UsableKey(key: key, version: ciphertext.version, live: live)
  }
}

extension RequestFacts {
  /// Of an encryption or decryption.
  init(context: EncryptionContext, alias: String?) {
    self.init()
    encryptionContext = context
    requestedAlias = alias
    usesEncryptionAlgorithm = true
  }
}

extension KeyReference {
  /// The alias that the caller used, if it used one.
  package var alias: String? {
    guard case .name(let name) = target, name.space == .alias else { return nil }
    return name.text
  }
}
