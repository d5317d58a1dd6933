package import KMSDomain
import KMSSecrets

// Material from its making to its use. What is wrapped of a key pair is its PKCS#8 form, of other keys the bytes.

extension SoftwareCustody {
  package func availability(of spec: KeySpec, for usages: KeyUsages) -> Availability {
    guard spec.isInLibrary else { return .unavailable(SoftwareCustody.absence(spec.standardName)) }
    guard legacy.contains(spec.legacy) else { return .unavailable(Insecure.refusal(of: spec.standardName)) }
    if spec == .sm2, usages.contains(.derive) {
      return .unavailable(SoftwareCustody.absence("key agreement for \(spec.standardName)"))
    }
    return .available
  }

  /// Whether this process's libcrypto has keys of this kind.
  package static func isInLibrary(_ spec: KeySpec) -> Bool { OpenSSL.start() && spec.isInLibrary }

  static func absence(_ what: String) -> String {
    "\(what) is not in this server's libcrypto (\(OpenSSL.version))"
  }

  func require(_ spec: KeySpec, for usages: KeyUsages) throws(KMSError) {
    switch availability(of: spec, for: usages) {
    case .available: return
    case .unavailable(let reason): throw .unsupportedAlgorithm(reason)
    }
  }

  package func generate(
    _ identity: VersionIdentity, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try permit.check(
      .createKey, or: .rotateKey, or: .rotateKeyOnDemand, key: identity.key, version: identity.version)
    if let device = device(for: identity, at: .usual) {
      return try makeElsewhere(identity, .fixedAlgorithms, on: device)
    }
    return try make(identity)
  }

  /// Fresh material; the caller has checked the permit.
  func make(_ identity: VersionIdentity) throws(KMSError) -> NewMaterial {
    try require(identity.spec, for: identity.usages)
    if let length = identity.spec.secretLength { return try wrap(try secret(length), as: identity) }
    // Only whoever asks with explicit parameters can say how long it is to be.
    guard identity.spec.isAsymmetric else { throw .cryptography(.dataLength) }
    return try wrap(try freshPair(identity.spec), as: identity)
  }

  /// A pair that has passed its test, from the stock if there is one.
  func freshPair(_ spec: KeySpec) throws(KMSError) -> KeyPair {
    if let ready = stock?.take(spec) { return ready }
    try require(spec, for: [])
    do throws(CryptoFailure) {
      let pair = try KeyPair(generating: spec)
      try pair.test()
      return pair
    } catch {
      throw .custodyUnavailable
    }
  }

  func wrap(_ pair: KeyPair, as identity: VersionIdentity) throws(KMSError) -> NewMaterial {
    let material: SecretBytes
    do throws(CryptoFailure) { material = try pair.privateKey() } catch { throw .custodyUnavailable }
    return try wrap(pair, written: material, as: identity)
  }

  /// - Parameter pkcs8: the pair in the encoding in which it is kept.
  func wrap(
    _ pair: KeyPair, written pkcs8: borrowing SecretBytes, as identity: VersionIdentity
  ) throws(KMSError) -> NewMaterial {
    let epoch = try epochs.forWrapping()
    let fingerprint = try fingerprint(of: pair, identity.key)
    do throws(CryptoFailure) {
      let publicKey = try pair.publicKey()
      let bytes = try epoch.keys.seal(pkcs8, aad: BlobIdentity.version(identity, in: store))
      return NewMaterial(
        wrapped: WrappedKey(epoch: epoch.id, bytes: bytes), publicKey: publicKey, fingerprint: fingerprint)
    } catch {
      throw .custodyUnavailable
    }
  }

  func wrap(_ secret: borrowing SecretBytes, as identity: VersionIdentity) throws(KMSError) -> NewMaterial {
    let epoch = try epochs.forWrapping()
    let fingerprint = try fingerprint(of: secret, identity.key)
    do throws(CryptoFailure) {
      let bytes = try epoch.keys.seal(secret, aad: BlobIdentity.version(identity, in: store))
      return NewMaterial(
        wrapped: WrappedKey(epoch: epoch.id, bytes: bytes), publicKey: nil, fingerprint: fingerprint)
    } catch {
      throw .custodyUnavailable
    }
  }

  /// The public half says which private half it is, in every library's encoding of that.
  func fingerprint(of pair: KeyPair, _ key: KeyID) throws(KMSError) -> [UInt8] {
    do throws(CryptoFailure) {
      return try storeKeys.fingerprints.code(for: (key.bits.bytes + pair.publicKey()).span)
    } catch {
      throw .custodyUnavailable
    }
  }

  func fingerprint(of secret: borrowing SecretBytes, _ key: KeyID) throws(KMSError) -> [UInt8] {
    let marked = secret.prefixed(by: key.bits.bytes)
    do throws(CryptoFailure) {
      return try marked.withBytes { (bytes) throws(CryptoFailure) in
        try storeKeys.fingerprints.code(for: bytes)
      }
    } catch {
      throw .custodyUnavailable
    }
  }

  package func open(_ wrapped: WrappedKey, as identity: VersionIdentity) throws(KMSError) -> any LiveKey {
    guard let epoch = epochs[wrapped.epoch] else { throw .corrupt(.keyMaterial) }
    if wrapped.isOnDevice { return try openElsewhere(wrapped, as: identity) }
    do throws(CryptoFailure) {
      let material = try epoch.keys.open(wrapped.bytes, aad: BlobIdentity.version(identity, in: store))
      return try live(material, identity)
    } catch {
      guard identity.spec.isInLibrary else {
        throw .unsupportedAlgorithm(SoftwareCustody.absence(identity.spec.standardName))
      }
      throw error == .rejected ? .corrupt(.keyMaterial) : .custodyUnavailable
    }
  }

  private func live(
    _ material: consuming SecretBytes, _ identity: VersionIdentity
  ) throws(CryptoFailure) -> SoftwareLiveKey {
    let spec = identity.spec
    if let length = spec.secretLength, material.count != length { throw .rejected }
    switch spec {
    case .aes256:
      return SoftwareLiveKey(
        identity, .envelope(try Envelope(material: material, key: identity.key, version: identity.version)))
    case .hmac224: return try macKey(material, .hmacSHA224, identity)
    case .hmac256: return try macKey(material, .hmacSHA256, identity)
    case .hmac384: return try macKey(material, .hmacSHA384, identity)
    case .hmac512: return try macKey(material, .hmacSHA512, identity)
    case .aes128, .aes192, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmacSHA1, .hmacSHA224,
      .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes:
      return SoftwareLiveKey(identity, .secret(material))
    case .rsa2048, .rsa3072, .rsa4096, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2, .mlDSA44, .mlDSA65,
      .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024, .rsa1024, .rsa1536, .rsa8192, .p192, .p224, .x25519, .x448,
      .ed448, .dsa, .dh:
      let pair = try KeyPair(pkcs8: material, spec, checked: false)
      try pair.test()
      return SoftwareLiveKey(identity, .pair(pair), encoded: identity.exportable ? Secret(material) : nil)
    }
  }

  private func macKey(
    _ material: borrowing SecretBytes, _ algorithm: MACAlgorithm, _ identity: VersionIdentity
  ) throws(CryptoFailure) -> SoftwareLiveKey {
    SoftwareLiveKey(identity, .mac(try MACKey(material, algorithm), algorithm))
  }

  package func openPublic(
    _ publicKey: [UInt8], as identity: VersionIdentity
  ) throws(KMSError) -> any LiveKey {
    try require(identity.spec, for: [])
    do throws(CryptoFailure) {
      return SoftwareLiveKey(identity, .pair(try KeyPair(publicKey: publicKey, identity.spec)))
    } catch {
      throw .corrupt(.keyRecord)
    }
  }
}
