package import KMSDomain

// Material that is on a device, from its making to its opening. Its stored form says which device's it is.

extension SoftwareCustody {
  package func makesKeysElsewhere(at site: MaterialSite) -> Bool { elsewhere.device(at: site) != nil }

  /// What may leave isn't put where it can't.
  func device(for identity: VersionIdentity, at site: MaterialSite) -> (any KeyDevice)? {
    identity.exportable ? nil : elsewhere.device(at: site)
  }

  /// The caller has checked the permit.
  func makeElsewhere(
    _ identity: VersionIdentity, _ purpose: DevicePurpose, on device: any KeyDevice
  ) throws(KMSError) -> NewMaterial {
    let (spec, usages) = (identity.spec, identity.usages)
    guard legacy.contains(spec.legacy) else {
      throw .unsupportedAlgorithm(Insecure.refusal(of: spec.standardName))
    }
    if case .unavailable(let reason) = device.availability(of: spec, for: usages, purpose) {
      throw .unsupportedAlgorithm(reason)
    }
    let reference = try KMSError.asking { () throws(DeviceFault) in
      try device.newReference(for: identity, purpose)
    }
    try intend(identity, reference)
    let numbers = try KMSError.asking { () throws(DeviceFault) in
      try device.make(identity, purpose, as: reference)
    }
    let publicKey = try numbers.map { numbers throws(KMSError) in
      try publicHalf(numbers, identity.spec).publicKey
    }
    guard let epoch = epochs.newest else { throw .custodyUnavailable }
    let stored = StoredReference(reference: reference, publicKey: publicKey ?? [])
    let named = identity.key.bits.bytes + (publicKey ?? reference)
    do throws(CryptoFailure) {
      return NewMaterial(
        wrapped: stored.wrapped(as: identity, epoch, by: self), publicKey: publicKey,
        fingerprint: try storeKeys.fingerprints.code(for: named.span))
    } catch {
      throw .custodyUnavailable
    }
  }

  /// Asks the device nothing yet.
  func openElsewhere(_ wrapped: WrappedKey, as identity: VersionIdentity) throws(KMSError) -> SoftwareLiveKey
  {
    let stored = try StoredReference(wrapped, as: identity, by: self)
    guard let device = elsewhere.device else { throw .custodyUnavailable }
    let key = try KMSError.asking { () throws(DeviceFault) in
      try device.key(stored.reference, as: identity)
    }
    do throws(CryptoFailure) {
      let pair = try stored.publicKey.isEmpty ? nil : KeyPair(publicKey: stored.publicKey, identity.spec)
      return SoftwareLiveKey(identity, .elsewhere(KeyElsewhere(key, publicHalf: pair, identity)))
    } catch {
      throw .corrupt(.keyMaterial)
    }
  }
}

/// A device's answer in words for callers. Operators hear of it from the device.
extension KMSError {
  static func asking<Result: ~Copyable>(
    _ body: () throws(DeviceFault) -> Result
  ) throws(KMSError) -> Result {
    do throws(DeviceFault) {
      return try body()
    } catch {
      throw KMSError(error)
    }
  }

  init(_ fault: DeviceFault) {
    switch fault {
    case .rejected: self = .invalidCiphertext
    case .busy: self = .tooBusy
    case .unreachable, .refused: self = .custodyUnavailable
    case .unsupported(let reason): self = .unsupportedAlgorithm(reason)
    }
  }
}
