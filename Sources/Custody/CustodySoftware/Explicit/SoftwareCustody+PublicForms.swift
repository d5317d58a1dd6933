package import KMSDomain

extension SoftwareCustody {
  package func publicHalf(
    _ key: [UInt8], in form: PublicForm, _ spec: KeySpec?
  ) throws(KMSError) -> PublicHalf {
    let spki: [UInt8]
    switch form {
    case .spki: spki = key
    case .pkcs1:
      let span = key.span
      guard let modulus = PublicKeyFile.rsaNumbers(0..<key.count, in: span)?.modulus,
        let found = RSAKeyFile.spec(modulus, in: span),
        let algorithm = KeyIdentifiers.algorithm(of: found)
      else { throw .invalidPublicKey }
      spki = PublicKeyFile.write(key, algorithm: algorithm)
    case .raw:
      guard let spec, spec.hasRawForm || spec.fieldLength > 0,
        let algorithm = KeyIdentifiers.algorithm(of: spec)
      else { throw .invalidPublicKey }
      spki = PublicKeyFile.write(key, algorithm: algorithm)
    }
    return try sound(spki, spec)
  }

  package func publicHalf(
    _ components: [KeyComponent: [UInt8]], _ spec: KeySpec
  ) throws(KMSError) -> PublicHalf {
    guard let spki = PublicKeyFile.spki(components, spec) else { throw .invalidPublicKey }
    return try sound(spki, spec)
  }

  private func sound(_ spki: [UInt8], _ spec: KeySpec?) throws(KMSError) -> PublicHalf {
    guard let found = PublicKeyFile(spki.span)?.spec, spec == nil || spec == found else {
      throw .invalidPublicKey
    }
    guard found.isInLibrary else {
      throw .unsupportedAlgorithm(SoftwareCustody.absence(found.standardName))
    }
    do throws(CryptoFailure) {
      _ = try KeyPair(publicKey: spki, found)
    } catch {
      throw .invalidPublicKey
    }
    return PublicHalf(spec: found, publicKey: spki)
  }

  package func write(_ key: PublicHalf, as form: PublicForm) throws(KMSError) -> [UInt8] {
    guard let file = PublicKeyFile(key.publicKey.span), file.spec == key.spec else { throw .invalidPublicKey }
    let bits = copy(file.key, of: key.publicKey.span)
    switch form {
    case .spki: return key.publicKey
    case .pkcs1:
      guard key.spec.modulusLength != nil else { throw .cryptography(.form) }
      return bits
    case .raw:
      guard key.spec.hasRawForm || key.spec.fieldLength > 0 else { throw .cryptography(.form) }
      return bits
    }
  }

  package func components(of key: PublicHalf) throws(KMSError) -> [KeyComponent: [UInt8]] {
    let span = key.publicKey.span
    guard let file = PublicKeyFile(span), file.spec == key.spec else { throw .invalidPublicKey }
    guard let numbers = file.components(in: span) else { throw .cryptography(.form) }
    return numbers
  }
}
