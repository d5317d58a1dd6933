import KMSDomain
import KMSSecrets

/// Opened material of one version. The material is in the secret arena, in the form that its use needs, and nowhere else.
final class SoftwareLiveKey: LiveKey {
  enum Material: ~Copyable {
    case envelope(Envelope)
    case pair(KeyPair)
    case mac(MACKey, MACAlgorithm)
    /// Symmetric material that is for explicit parameters only.
    case secret(SecretBytes)
    /// On a device.
    case elsewhere(KeyElsewhere)
  }

  let key: KeyID
  let version: VersionID
  let isElsewhere: Bool
  let spec: KeySpec
  let usages: KeyUsages
  /// Whether material may leave.
  let exportable: Bool
  let material: Material
  /// The PKCS#8 form of a key pair that may leave, as it came in.
  let encoded: Secret?

  init(_ identity: VersionIdentity, _ material: consuming Material, encoded: Secret? = nil) {
    key = identity.key
    version = identity.version
    spec = identity.spec
    usages = identity.usages
    exportable = identity.exportable
    isElsewhere = material.isElsewhere
    self.material = material
    self.encoded = encoded
  }
}

extension SoftwareLiveKey {
  /// What `contains` says; that one is generic and isn't specialised here, and this is on every use's way.
  func allows(_ usage: KeyUsages) -> Bool { usages.rawValue & usage.rawValue == usage.rawValue }
}

// A switch borrows what can't be copied; `if case` and patterns with several cases don't yet.

extension SoftwareLiveKey {
  /// - Throws: `KMSError.incompatibleAlgorithm`, `custodyUnavailable`.
  @inline(__always)
  func seal(
    _ text: borrowing SecretBytes, _ context: EncryptionContext
  ) throws(KMSError) -> [UInt8] {
    switch material {
    case .envelope(let envelope):
      do throws(CryptoFailure) {
        return try envelope.seal(text, context: context)
      } catch {
        throw .custodyUnavailable
      }
    case .pair: throw .incompatibleAlgorithm(.symmetric, spec)
    case .mac: throw .incompatibleAlgorithm(.symmetric, spec)
    case .secret: throw .incompatibleAlgorithm(.symmetric, spec)
    case .elsewhere(let key): return try key.seal(text, context)
    }
  }

  /// - Throws: `KMSError.incompatibleAlgorithm`; `invalidCiphertext` for whatever doesn't open;
  ///   `custodyUnavailable`.
  func open(_ ciphertext: [UInt8], _ context: EncryptionContext) throws(KMSError) -> SecretBytes {
    switch material {
    case .envelope(let envelope):
      do throws(CryptoFailure) {
        return try envelope.open(ciphertext, context: context)
      } catch {
        throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
      }
    case .pair: throw .incompatibleAlgorithm(.symmetric, spec)
    case .mac: throw .incompatibleAlgorithm(.symmetric, spec)
    case .secret: throw .incompatibleAlgorithm(.symmetric, spec)
    case .elsewhere(let key): return try key.open(ciphertext, context)
    }
  }

  /// The key on a device; nil for material that is here.
  var elsewhere: KeyElsewhere? {
    switch material {
    case .elsewhere(let key): key
    case .envelope: nil
    case .pair: nil
    case .mac: nil
    case .secret: nil
    }
  }

  /// - Throws: `KMSError.incompatibleAlgorithm`; `permitMismatch` when only the public half is there and more is needed.
  func pair(for algorithm: KeyAlgorithm, needsPrivateHalf: Bool) throws(KMSError) -> KeyPair {
    try algorithm.require(spec)
    switch material {
    case .pair(let pair):
      guard pair.hasPrivateHalf || !needsPrivateHalf else { throw .permitMismatch }
      return pair
    case .envelope: throw .incompatibleAlgorithm(algorithm, spec)
    case .mac: throw .incompatibleAlgorithm(algorithm, spec)
    case .secret: throw .incompatibleAlgorithm(algorithm, spec)
    case .elsewhere(let key):
      guard let pair = key.publicHalf else { throw .incompatibleAlgorithm(algorithm, spec) }
      guard !needsPrivateHalf else { throw .permitMismatch }
      return pair
    }
  }

  /// - Throws: `KMSError.incompatibleAlgorithm`.
  func macKey(for algorithm: MACAlgorithm) throws(KMSError) -> MACKey {
    switch material {
    case .mac(let key, let own):
      guard own == algorithm else { throw .incompatibleAlgorithm(.mac(algorithm), spec) }
      return key
    case .envelope: throw .incompatibleAlgorithm(.mac(algorithm), spec)
    case .pair: throw .incompatibleAlgorithm(.mac(algorithm), spec)
    case .secret: throw .incompatibleAlgorithm(.mac(algorithm), spec)
    case .elsewhere: throw .incompatibleAlgorithm(.mac(algorithm), spec)
    }
  }
}

// What explicit parameters need: the bytes of symmetric material of any kind, the pair of any kind.

extension SoftwareLiveKey {
  /// Lends symmetric material.
  /// - Throws: `KMSError.cryptography(.keyKind)` for key pairs; what `body` throws.
  func withMaterial<Result: ~Copyable>(
    _ body: (Span<UInt8>) throws(KMSError) -> Result
  ) throws(KMSError) -> Result {
    switch material {
    case .envelope(let envelope): return try envelope.withMaterial(body)
    case .mac(let key, _): return try key.withMaterial(body)
    case .secret(let bytes): return try bytes.withBytes(body)
    case .pair: throw .cryptography(.keyKind)
    case .elsewhere: throw spec.isAsymmetric ? .cryptography(.keyKind) : SoftwareLiveKey.notElsewhere
    }
  }

  /// Bytes of symmetric material, wherever it is; on a device 0 for kinds of any length, which no cipher uses.
  /// - Throws: `KMSError.cryptography(.keyKind)` for key pairs.
  func materialLength() throws(KMSError) -> Int {
    guard isElsewhere, !spec.isAsymmetric else {
      return try withMaterial { (bytes) throws(KMSError) in bytes.count }
    }
    return spec.secretLength ?? 0
  }

  /// - Throws: `KMSError.cryptography(.keyKind)` for symmetric keys; `permitMismatch` when only the public half is there and more
  ///   is needed.
  func pair(needsPrivateHalf: Bool) throws(KMSError) -> KeyPair {
    switch material {
    case .pair(let pair):
      guard pair.hasPrivateHalf || !needsPrivateHalf else { throw .permitMismatch }
      return pair
    case .envelope: throw .cryptography(.keyKind)
    case .mac: throw .cryptography(.keyKind)
    case .secret: throw .cryptography(.keyKind)
    case .elsewhere(let key):
      guard !needsPrivateHalf else { throw SoftwareLiveKey.notElsewhere }
      guard let pair = key.publicHalf else { throw .cryptography(.keyKind) }
      return pair
    }
  }

  /// A device does what `DeviceKey` has, and no more.
  static let notElsewhere = KMSError.unsupportedAlgorithm(
    "this is not among what can be done with a key on a token")
}

extension SoftwareLiveKey.Material {
  fileprivate var isElsewhere: Bool {
    switch self {
    case .elsewhere: true
    case .envelope: false
    case .pair: false
    case .mac: false
    case .secret: false
    }
  }
}
