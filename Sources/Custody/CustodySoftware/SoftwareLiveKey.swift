import KMSDomain

/// Opened material of one version. The material is in the secret arena, in the form that its use needs, and nowhere else.
final class SoftwareLiveKey: LiveKey {
  enum Material {
    case envelope(Envelope)
    case pair(KeyPair)
    case mac(MACKey, MACAlgorithm)
  }

  let key: KeyID
  let version: VersionID
  let spec: KeySpec
  let usages: KeyUsages
  let material: Material

  init(_ identity: VersionIdentity, _ material: Material) {
    key = identity.key
    version = identity.version
    spec = identity.spec
    usages = identity.usages
    self.material = material
  }
}

extension SoftwareLiveKey {
  /// - Throws: `KMSError.incompatibleAlgorithm` when the key isn't for symmetric encryption.
  func envelope() throws(KMSError) -> Envelope {
    guard case .envelope(let envelope) = material else { throw .incompatibleAlgorithm(.symmetric, spec) }
    return envelope
  }

  /// - Throws: `KMSError.incompatibleAlgorithm`; `permitMismatch` when only the public half is there and more is needed.
  func pair(for algorithm: KeyAlgorithm, needsPrivateHalf: Bool) throws(KMSError) -> KeyPair {
    try algorithm.require(spec)
    guard case .pair(let pair) = material else { throw .incompatibleAlgorithm(algorithm, spec) }
    guard pair.hasPrivateHalf || !needsPrivateHalf else { throw .permitMismatch }
    return pair
  }

  /// - Throws: `KMSError.incompatibleAlgorithm`.
  func macKey(for algorithm: MACAlgorithm) throws(KMSError) -> MACKey {
    guard case .mac(let key, algorithm) = material else {
      throw .incompatibleAlgorithm(.mac(algorithm), spec)
    }
    return key
  }
}
