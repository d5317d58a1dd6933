import KMSDomain
import KMSSecrets

// Private keys from their forms into PKCS#8, and out of it. Nothing is judged here: libcrypto does that with what comes out.

extension PrivateKeyFile {
  /// PKCS#8 of a key in its own encoding.
  static func write(_ key: Secret, algorithm: [UInt8]) -> SecretBytes {
    let whole = DER.secretItem(
      DER.sequenceTag,
      [Secret([2, 1, 0] + algorithm), DER.secretItem(DER.octetStringTag, [key])])
    return Secret.joined([whole])
  }

  /// PKCS#8 of material in any form.
  /// - Throws: `KMSError.cryptography(.form)` for a form that such keys don't have; `incorrectKeyMaterial`.
  static func pkcs8(
    _ material: consuming SecretBytes, in form: MaterialForm, _ spec: KeySpec
  ) throws(KMSError) -> SecretBytes {
    switch form {
    case .pkcs8: return material
    case .pkcs1:
      guard spec.modulusLength != nil else { throw .cryptography(.form) }
    case .sec1:
      guard KeyIdentifiers.curves.contains(where: { $0.spec == spec }) else { throw .cryptography(.form) }
    case .raw:
      guard spec.hasRawForm else { throw .cryptography(.form) }
    }
    guard let algorithm = KeyIdentifiers.algorithm(of: spec) else { throw .cryptography(.form) }
    let key = Secret(material)
    let inner = form == .raw ? DER.secretItem(DER.octetStringTag, [key]) : key
    return write(inner, algorithm: algorithm)
  }

  /// PKCS#8 of the seed of an ML-DSA key alone (RFC 9881 section 6).
  /// - Throws: `KMSError.cryptography(.form)` for other kinds; `incorrectKeyMaterial`.
  static func pkcs8(seed: consuming SecretBytes, _ spec: KeySpec) throws(KMSError) -> SecretBytes {
    guard spec == .mlDSA44 || spec == .mlDSA65 || spec == .mlDSA87,
      let algorithm = KeyIdentifiers.algorithm(of: spec)
    else { throw .cryptography(.form) }
    guard seed.count == seedLength else { throw .incorrectKeyMaterial }
    return write(DER.secretItem(DER.seedTag, [Secret(seed)]), algorithm: algorithm)
  }

  private static let seedLength = 32

  /// The kind of a private key in some form; nil when the form doesn't say, or it isn't one.
  static func spec(of bytes: Span<UInt8>, in form: MaterialForm) -> KeySpec? {
    let whole = 0..<bytes.count
    return switch form {
    case .pkcs8: PrivateKeyFile(bytes)?.spec
    case .pkcs1: RSAKeyFile(whole, in: bytes)?.spec
    case .sec1: CurveKeyFile(whole, in: bytes)?.spec(in: bytes)
    case .raw: nil
    }
  }
}

extension KeySpec {
  /// Whether its keys are strings of bytes that RFC 8032 or RFC 7748 gives a meaning.
  var hasRawForm: Bool {
    switch self {
    case .ed25519, .ed448, .x25519, .x448: true
    case .aes128, .aes192, .aes256, .tripleDES112, .tripleDES168, .chaCha20, .blowfish, .hmac224, .hmac256,
      .hmac384, .hmac512, .hmacSHA1, .hmacSHA224, .hmacSHA256, .hmacSHA384, .hmacSHA512, .bytes, .rsa1024,
      .rsa1536, .rsa2048, .rsa3072, .rsa4096, .rsa8192, .p192, .p224, .p256, .p384, .p521, .secp256k1, .sm2,
      .dsa, .dh, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024:
      false
    }
  }
}

// MARK: - Out of PKCS#8

extension PrivateKeyFile {
  /// - Parameter pkcs8: the bytes that this was read from.
  /// - Throws: `KMSError.cryptography(.form)`.
  func material(_ pkcs8: borrowing SecretBytes, as form: MaterialForm) throws(KMSError) -> SecretBytes {
    switch form {
    case .pkcs8: return pkcs8.slice(0..<pkcs8.count)
    case .pkcs1:
      guard spec.modulusLength != nil else { throw .cryptography(.form) }
      return pkcs8.slice(key)
    case .sec1: return try sec1(pkcs8)
    case .raw:
      var reader = DERReader(key)
      let raw = pkcs8.withBytes { bytes in reader.next(DER.octetStringTag, in: bytes) }
      guard spec.hasRawForm, let raw else { throw .cryptography(.form) }
      return pkcs8.slice(raw)
    }
  }

  /// Inside PKCS#8 the curve may be left out, for it is said outside; alone it must be there.
  private func sec1(_ pkcs8: borrowing SecretBytes) throws(KMSError) -> SecretBytes {
    let file = pkcs8.withBytes { bytes in CurveKeyFile(key, in: bytes) }
    guard let file, let known = KeyIdentifiers.curves.first(where: { $0.spec == spec }) else {
      throw .cryptography(.form)
    }
    guard file.curve == nil else { return pkcs8.slice(key) }
    let curve = DER.item(DER.firstTag, KeyIdentifiers.identifier(known.identifier))
    return Secret.joined([
      DER.secretItem(
        DER.sequenceTag,
        [
          Secret([2, 1, 1] as [UInt8]),
          DER.secretItem(DER.octetStringTag, [Secret(pkcs8.slice(file.privateValue))]), Secret(curve),
          Secret(pkcs8.slice(file.publicPart)),
        ])
    ])
  }
}
