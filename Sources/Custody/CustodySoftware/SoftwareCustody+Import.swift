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
    _ material: ImportedMaterial, as identity: VersionIdentity, now: Instant, permit: borrowing Permit
  ) throws(KMSError) -> NewMaterial {
    try permit.check(.importKeyMaterial, key: identity.key, version: identity.version)
    let (importKey, token) = try open(material.token, for: identity)
    guard now < token.expiry else { throw .expiredImportToken }
    guard token.algorithm == material.algorithm else { throw .invalidImportToken }
    return try adopt(try unprotect(material, with: importKey), as: identity)
  }

  private func open(
    _ token: [UInt8], for identity: VersionIdentity
  ) throws(KMSError) -> (KeyPair, ImportToken) {
    guard let token = ImportToken(token), let epoch = epochs[token.epoch] else { throw .invalidImportToken }
    do throws(CryptoFailure) {
      let aad = token.identity(of: identity.key, identity.spec, in: store)
      let secret = try epoch.imports.open(token.blob, aad: aad)
      return (try KeyPair(pkcs8: secret, token.importKey.keySpec, checked: false), token)
    } catch {
      throw error == .rejected ? .invalidImportToken : .custodyUnavailable
    }
  }

  /// - Throws: `KMSError.invalidCiphertext`, whichever layer it is that doesn't open.
  private func unprotect(
    _ material: ImportedMaterial, with importKey: KeyPair
  ) throws(KMSError) -> SecretBytes {
    let encryption = material.algorithm.encryption
    guard material.encrypted.count <= SoftwareCustody.longestPlaintext else { throw .invalidCiphertext }
    do throws(CryptoFailure) {
      switch material.algorithm {
      case .rsaOAEPSHA1, .rsaOAEPSHA256, .sm2PKE:
        return try importKey.decrypt(material.encrypted, by: encryption)
      case .rsaAESKeyWrapSHA1, .rsaAESKeyWrapSHA256:
        let length = importKey.spec.modulusLength ?? 0
        let key = try importKey.decrypt(Array(material.encrypted.prefix(length)), by: encryption)
        guard key.count == 32 else { throw .rejected }
        return try KeyWrap.unwrap(material.encrypted.dropFirst(length), under: key, .padded)
      }
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }

  /// - Throws: `KMSError.incorrectKeyMaterial` for what isn't a sound key of the identity's kind.
  func adopt(_ material: borrowing SecretBytes, as identity: VersionIdentity) throws(KMSError) -> NewMaterial
  {
    if let length = identity.spec.secretLength {
      guard material.count == length else { throw .incorrectKeyMaterial }
      return try wrap(material, as: identity)
    }
    let pair: KeyPair
    do throws(CryptoFailure) {
      pair = try KeyPair(pkcs8: material, identity.spec, checked: true)
      try pair.test()
    } catch {
      throw .incorrectKeyMaterial
    }
    return try wrap(pair, as: identity)
  }
}
