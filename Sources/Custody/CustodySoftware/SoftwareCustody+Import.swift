package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func importParameters(
    for key: KeyID, _ spec: KeySpec, by algorithm: ImportAlgorithm, under importKey: ImportKeySpec,
    expiry: Instant, permit: borrowing Permit
  ) throws(KMSError) -> ImportParameters {
    try permit.check(.getParametersForImport, key: key, version: nil)
    guard algorithm.fits(spec, under: importKey) else {
      throw .incompatibleImport(algorithm, importKey, spec)
    }
    let pair = try freshPair(importKey.keySpec)
    let epoch = try epochs.forWrapping()
    var token = ImportToken(epoch: epoch.id, algorithm: algorithm, importKey: importKey, expiry: expiry)
    do throws(CryptoFailure) {
      let secret = try pair.privateKey()
      token.blob = try epoch.imports.seal(secret, aad: token.identity(of: key, spec, in: store))
      return ImportParameters(publicKey: try pair.publicKey(), token: token.bytes)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func importMaterial(
    _ material: ImportedMaterial, for key: KeyID, of owner: KeyID, _ spec: KeySpec, now: Instant,
    permit: borrowing Permit, as identify: ([UInt8]) throws(KMSError) -> VersionIdentity
  ) throws(KMSError) -> NewMaterial {
    try permit.check(.importKeyMaterial, key: key, version: nil)
    let (importKey, token) = try open(material.token, for: key, spec)
    guard now < token.expiry else { throw .expiredImportToken }
    let opened = try unprotect(material.encrypted, by: token.algorithm, with: importKey)
    return try adopt(opened, of: owner, spec, as: identify)
  }

  private func open(
    _ token: [UInt8], for key: KeyID, _ spec: KeySpec
  ) throws(KMSError) -> (KeyPair, ImportToken) {
    guard let token = ImportToken(token), let imports = epochs.imports(of: token.epoch) else {
      throw .invalidImportToken
    }
    do throws(CryptoFailure) {
      let secret = try imports.open(token.blob, aad: token.identity(of: key, spec, in: store))
      return (try KeyPair(pkcs8: secret, token.importKey.keySpec, checked: false), token)
    } catch {
      throw error == .rejected ? .invalidImportToken : .custodyUnavailable
    }
  }

  /// - Throws: `KMSError.invalidCiphertext`, whichever layer it is that doesn't open.
  private func unprotect(
    _ encrypted: [UInt8], by algorithm: ImportAlgorithm, with importKey: KeyPair
  ) throws(KMSError) -> SecretBytes {
    guard encrypted.count <= SoftwareCustody.longestPlaintext else { throw .invalidCiphertext }
    do throws(CryptoFailure) {
      switch algorithm {
      case .rsaOAEPSHA1, .rsaOAEPSHA256, .sm2PKE:
        return try importKey.decrypt(encrypted, by: algorithm.encryption)
      case .rsaAESKeyWrapSHA1, .rsaAESKeyWrapSHA256:
        let length = importKey.spec.modulusLength ?? 0
        let key = try importKey.decrypt(Array(encrypted.prefix(length)), by: algorithm.encryption)
        guard key.count == 32 else { throw .rejected }
        return try KeyWrap.unwrap(encrypted.dropFirst(length), under: key, .padded)
      }
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }

  /// - Throws: `KMSError.incorrectKeyMaterial` for what isn't a sound key of the kind; what `identify` throws.
  func adopt(
    _ material: borrowing SecretBytes, of key: KeyID, _ spec: KeySpec,
    as identify: ([UInt8]) throws(KMSError) -> VersionIdentity
  ) throws(KMSError) -> NewMaterial {
    func checked(_ identity: VersionIdentity) throws(KMSError) -> VersionIdentity {
      guard identity.key == key, identity.spec == spec else { throw .permitMismatch }
      return identity
    }
    if let length = spec.secretLength {
      guard material.count == length else { throw .incorrectKeyMaterial }
      let fingerprint = try fingerprint(of: material, key)
      return try wrap(material, as: checked(identify(fingerprint)))
    }
    guard spec.isAsymmetric else { throw .incorrectKeyMaterial }
    let pair = try sound(material, spec)
    let fingerprint = try fingerprint(of: pair, key)
    return try wrap(pair, as: checked(identify(fingerprint)))
  }

  func sound(_ material: borrowing SecretBytes, _ spec: KeySpec) throws(KMSError) -> KeyPair {
    do throws(CryptoFailure) {
      let pair = try KeyPair(pkcs8: material, spec, checked: true)
      try pair.test()
      return pair
    } catch {
      throw .incorrectKeyMaterial
    }
  }
}
