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

  /// Whether a device does the work.
  var isElsewhere: Bool { live?.isElsewhere ?? false }

  /// See `KeySpec.isSlow`; work on a device always is.
  func isSlow(_ action: Action) -> Bool { key.record.spec.isSlow(action) || isElsewhere }
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

  /// The key and the version of it that a ciphertext asks for.
  func processing(_ source: CiphertextSource) async throws(KMSError) -> UsableKey {
    let key = try await opener(of: source)
    let version = source.version(of: key)
    return UsableKey(key: key, version: version, live: try liveKey(version, of: key.record))
  }

  func processingWarm(_ source: CiphertextSource) -> UsableKey? {
    guard let key = warmOpener(of: source) else { return nil }
    let version = source.version(of: key)
    guard let live = warmLiveKey(version, of: key) else { return nil }
    return UsableKey(key: key, version: version, live: live)
  }
}

extension RequestFacts {
  /// Of an encryption or decryption.
  init(context: EncryptionContext, alias: String?, by algorithm: EncryptionAlgorithm? = nil) {
    self.init(algorithm.keyAlgorithm, alias: alias)
    encryptionContext = context
  }

  /// Of any use of a key.
  init(_ algorithm: KeyAlgorithm?, alias: String?) {
    self.init()
    self.algorithm = algorithm
    requestedAlias = alias
  }
}

extension RequestFacts {
  /// How the caller pointed at the key.
  init(_ algorithm: KeyAlgorithm? = nil, of reference: KeyReference) {
    self.init(algorithm, alias: reference.alias)
    place = reference.place
  }
}

extension KeyReference {
  /// The alias that the caller used, if it used one.
  package var alias: String? {
    guard case .name(let name) = target, name.space == .alias else { return nil }
    return name.text
  }
}
