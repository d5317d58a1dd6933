package import KMSDomain
import KMSSecrets

extension SoftwareCustody: RewrapCustody {
  package func rewrap(_ key: KeyRecord, permit: borrowing Permit) throws(KMSError) -> KeyRecord {
    try permit.check(.rewrapMaterial, key: nil, version: nil)
    var result = key
    for index in result.versions.indices {
      result.versions[index].material = try rewrapped(result.versions[index], of: key)
    }
    if let pending = key.pending { result.pending?.material = try rewrapped(pending, of: key) }
    return result
  }

  private func rewrapped(_ version: KeyVersion, of key: KeyRecord) throws(KMSError) -> WrappedKey? {
    guard let material = version.material, isOld(material.epoch) else { return version.material }
    // A device keeps it, and under no epoch: the number only says which one there was.
    if material.isOnDevice {
      return epochs.newest.map { WrappedKey(epoch: $0, bytes: material.bytes) }
    }
    let aad = BlobIdentity.version(key.identity(of: version.id), in: store)
    return try move(material, aad, or: .keyMaterial)
  }

  package func rewrap(
    _ accessKey: AccessKeyRecord, permit: borrowing Permit
  ) throws(KMSError) -> AccessKeyRecord {
    try permit.check(.rewrapMaterial, key: nil, version: nil)
    guard isOld(accessKey.secret.epoch) else { return accessKey }
    let aad = BlobIdentity.credential(accessKey.id, owner: accessKey.principal, in: store)
    return AccessKeyRecord(
      id: accessKey.id, principal: accessKey.principal,
      secret: try move(accessKey.secret, aad, or: .accessKey), isActive: accessKey.isActive,
      createdAt: accessKey.createdAt)
  }

  package func rewrap(
    _ keyStore: CustomKeyStore, permit: borrowing Permit
  ) throws(KMSError) -> CustomKeyStore {
    try permit.check(.rewrapMaterial, key: nil, version: nil)
    let credential = keyStore.proxy.credential
    guard isOld(credential.secret.epoch) else { return keyStore }
    let aad = BlobIdentity.proxyCredential(credential.accessKey, of: keyStore.id, in: store)
    var result = keyStore
    result.proxy.credential = ProxyCredential(
      accessKey: credential.accessKey, secret: try move(credential.secret, aad, or: .customKeyStore))
    return result
  }

  package func rewrap(_ key: TokenKey, permit: borrowing Permit) throws(KMSError) -> TokenKey {
    try permit.check(.rewrapMaterial, key: nil, version: nil)
    guard isOld(key.material.epoch) else { return key }
    let material = try move(key.material, BlobIdentity.tokenKey(key.id, in: store), or: .tokenKey)
    return TokenKey(
      id: key.id, material: material, publicKey: key.publicKey, createdAt: key.createdAt,
      startsAt: key.startsAt)
  }

  /// Number 0 is no epoch's: what names it is kept elsewhere.
  private func isOld(_ epoch: EpochID) -> Bool { epoch.number > 0 && epoch != epochs.newest }

  private func move(
    _ wrapped: WrappedKey, _ aad: [UInt8], or fault: KMSError.Corruption
  ) throws(KMSError) -> WrappedKey {
    let moved = try move(wrapped.bytes, from: wrapped.epoch, aad, or: fault) { $0.keys }
    return WrappedKey(epoch: moved.epoch, bytes: moved.bytes)
  }

  private func move(
    _ wrapped: WrappedCredential, _ aad: [UInt8], or fault: KMSError.Corruption
  ) throws(KMSError) -> WrappedCredential {
    let moved = try move(wrapped.bytes, from: wrapped.epoch, aad, or: fault) { $0.credentials }
    return WrappedCredential(epoch: moved.epoch, bytes: moved.bytes)
  }

  /// Opens under the old epoch and seals under the newest, with the same associated data.
  private func move(
    _ bytes: [UInt8], from epoch: EpochID, _ aad: [UInt8], or fault: KMSError.Corruption,
    by key: (Epoch) -> WrappingKey
  ) throws(KMSError) -> (epoch: EpochID, bytes: [UInt8]) {
    guard let old = epochs[epoch] else { throw .corrupt(fault) }
    let new = try epochs.forWrapping()
    do throws(CryptoFailure) {
      let secret = try key(old).open(bytes, aad: aad)
      return (new.id, try key(new).seal(secret, aad: aad))
    } catch {
      throw error == .rejected ? .corrupt(fault) : .custodyUnavailable
    }
  }
}

// MARK: - Epochs that go

extension SoftwareCustody {
  package func retire(
    _ epoch: EpochID, until: Instant, permit: borrowing Permit
  ) throws(KMSError) -> RetiredEpoch {
    try permit.check(.retireEpochs, key: nil, version: nil)
    guard epoch != epochs.newest, let (remains, secret) = epochs.remains(of: epoch) else {
      throw .corrupt(.epoch)
    }
    let aad = BlobIdentity.remains(of: epoch, in: store)
    do throws(CryptoFailure) {
      let kept = secret == erasure?.current.facts.id ? remains : remains.withoutImports
      let sealed = try storeKeys.remains.seal(kept.bytes, under: erasure, aad: aad)
      return RetiredEpoch(id: epoch, wrapped: sealed.wrapped, until: until, erasure: sealed.erasure)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func release(_ retired: RetiredEpoch) throws(KMSError) {
    do throws(CryptoFailure) {
      let secret = try storeKeys.remains.open(
        retired.wrapped, under: retired.erasure, of: erasure,
        aad: BlobIdentity.remains(of: retired.id, in: store))
      epochs.release(try EpochRemains(retired.id, Secret(secret), erasure: retired.erasure))
    } catch {
      throw error == .rejected ? .corrupt(.epoch) : .custodyUnavailable
    }
  }

  package func forget(_ epoch: EpochID) { epochs.forget(epoch) }
}

extension Secret {
  /// An erasure ends the imports that are under way: whoever kept what was sent in could open it by a later backup.
  fileprivate var withoutImports: Secret { Secret(bytes.slice(0..<Epoch.keyLength)) }
}
