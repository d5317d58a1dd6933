import KMSDomain
import KMSSecrets

/// A key on a device, with what this process does beside it: hashes, public halves, and the part of a message's encryption that
/// comes after the derivation of its key.
final class KeyElsewhere: Sendable {
  private let key: any DeviceKey
  /// nil for symmetric keys.
  let publicHalf: KeyPair?
  private let id: KeyID
  private let version: VersionID
  private let spec: KeySpec

  init(_ key: any DeviceKey, publicHalf: KeyPair?, _ identity: VersionIdentity) {
    self.key = key
    self.publicHalf = publicHalf
    id = identity.key
    version = identity.version
    spec = identity.spec
  }
}

extension KeyElsewhere {
  /// What the device says of it now.
  func facts() throws(KMSError) -> DeviceKeyFacts {
    try KMSError.asking { () throws(DeviceFault) in try key.facts() }
  }
}

// MARK: - Encryption by a derived key

extension KeyElsewhere {
  func seal(_ text: borrowing SecretBytes, _ context: EncryptionContext) throws(KMSError) -> [UInt8] {
    try KeyAlgorithm.symmetric.require(spec)
    let envelope: DerivedEnvelope
    do throws(CryptoFailure) {
      envelope = try DerivedEnvelope(key: id, version: version)
    } catch {
      throw .custodyUnavailable
    }
    let derived = try derive(envelope)
    do throws(CryptoFailure) {
      return try envelope.seal(text, context: context, derived)
    } catch {
      throw .custodyUnavailable
    }
  }

  func open(_ ciphertext: [UInt8], _ context: EncryptionContext) throws(KMSError) -> SecretBytes {
    try KeyAlgorithm.symmetric.require(spec)
    guard let envelope = DerivedEnvelope(of: ciphertext, key: id, version: version) else {
      throw .invalidCiphertext
    }
    let derived = try derive(envelope)
    do throws(CryptoFailure) {
      return try envelope.open(ciphertext, context: context, derived)
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }

  private func derive(_ envelope: DerivedEnvelope) throws(KMSError) -> SecretBytes {
    let first = try code(over: SecretBytes(public: envelope.inputs.0), by: .hmac(.sha256))
    let second = try code(over: SecretBytes(public: envelope.inputs.1), by: .hmac(.sha256))
    return Secret.joined([Secret(first), Secret(second)])
  }

  private func code(
    over text: borrowing SecretBytes, by method: MACMethod
  ) throws(KMSError) -> SecretBytes {
    do throws(DeviceFault) {
      return try key.code(over: text, by: method)
    } catch {
      throw KMSError(error)
    }
  }
}

// MARK: - Encryption by the key itself

extension KeyElsewhere {
  /// - Throws: `KMSError.cryptography(.dataLength)` for a text that the device doesn't take.
  func encipher(_ text: borrowing SecretBytes, by cipher: DeviceCipher) throws(KMSError) -> [UInt8] {
    do throws(DeviceFault) {
      return try key.encipher(text, by: cipher)
    } catch {
      throw error == .rejected ? .cryptography(.dataLength) : KMSError(error)
    }
  }

  func decipher(_ data: [UInt8], by cipher: DeviceCipher) throws(KMSError) -> SecretBytes {
    do throws(DeviceFault) {
      return try key.decipher(data, by: cipher)
    } catch {
      throw KMSError(error)
    }
  }
}

// MARK: - Codes, signatures, shared secrets

extension KeyElsewhere {
  /// - Throws: `KMSError.incompatibleAlgorithm`.
  func mac(_ text: borrowing SecretBytes, by algorithm: MACAlgorithm) throws(KMSError) -> [UInt8] {
    try KeyAlgorithm.mac(algorithm).require(spec)
    return try mac(text, by: .hmac(algorithm.hashFunction))
  }

  func mac(_ text: borrowing SecretBytes, by method: MACMethod) throws(KMSError) -> [UInt8] {
    try code(over: text, by: method).withBytes { copy(0..<$0.count, of: $0) }
  }

  /// No signature leaves that the public half doesn't take: a wrong one can tell the private key (RSA with the Chinese remainder
  /// theorem does).
  func sign(
    _ text: borrowing SecretBytes, as form: MessageForm, by algorithm: SigningAlgorithm
  ) throws(KMSError) -> [UInt8] {
    guard let publicHalf else { throw .incompatibleAlgorithm(.signing(algorithm), spec) }
    guard let parameters = algorithm.elsewhere else {
      throw .unsupportedAlgorithm("the token does not sign by \(algorithm.standardName)")
    }
    let signature = try sign(try KeyElsewhere.digest(text, as: form, by: algorithm), by: parameters)
    do throws(CryptoFailure) {
      try publicHalf.verify(signature, of: text, as: form, by: algorithm)
      return signature
    } catch {
      throw .custodyUnavailable
    }
  }

  /// A signature that nobody has verified yet.
  /// - Parameter digest: the hash; of a curve, as many of its bytes are signed as the order has.
  /// - Throws: `KMSError.cryptography(.digestLength)` for more than fits into the key.
  func sign(_ digest: [UInt8], by parameters: SignatureParameters) throws(KMSError) -> [UInt8] {
    let isCurve = spec.fieldLength > 0
    let digest = isCurve ? Array(digest.prefix(spec.fieldLength)) : digest
    // Asked here, because of a text that is too long tokens may say no more than that something failed.
    guard parameters.takes(digest.count, modulus: spec.modulusLength ?? 0) else {
      throw .cryptography(.digestLength)
    }
    let raw: [UInt8]
    do throws(DeviceFault) {
      raw = try key.sign(digest, by: parameters.withSaltInBytes(modulus: spec.modulusLength ?? 0))
    } catch {
      throw error == .rejected ? .cryptography(.digestLength) : KMSError(error)
    }
    return isCurve ? try KeyElsewhere.der(raw) : raw
  }

  private static func digest(
    _ text: borrowing SecretBytes, as form: MessageForm, by algorithm: SigningAlgorithm
  ) throws(KMSError) -> [UInt8] {
    guard form == .raw else { return text.withBytes { copy(0..<$0.count, of: $0) } }
    guard let hash = algorithm.hashName else { throw .unsupportedAlgorithm(algorithm.standardName) }
    do throws(CryptoFailure) {
      let sum = try Sum(hash: hash)
      try text.withBytes { (bytes) throws(CryptoFailure) in try sum.add(bytes) }
      return try sum.finish()
    } catch {
      throw .custodyUnavailable
    }
  }

  /// Two numbers of the same length as ECDSA-Sig-Value (RFC 3279).
  private static func der(_ raw: [UInt8]) throws(KMSError) -> [UInt8] {
    guard raw.count % 2 == 0, !raw.isEmpty else { throw .custodyUnavailable }
    let half = raw.count / 2
    return DER.item(
      DER.sequenceTag, DER.integer(Array(raw[..<half])) + DER.integer(Array(raw[half...])))
  }

  /// What the device couldn't decrypt must not be encrypted.
  func requireDecryption(by encryption: RSAEncryption) throws(KMSError) {
    guard try KMSError.asking({ () throws(DeviceFault) in try key.canDecrypt(by: encryption) }) else {
      throw .unsupportedAlgorithm("\(encryption.name) is not among what the key's token can do")
    }
  }

  func decrypt(_ ciphertext: [UInt8], by encryption: RSAEncryption) throws(KMSError) -> SecretBytes {
    try requireDecryption(by: encryption)
    guard ciphertext.count == spec.modulusLength else { throw .invalidCiphertext }
    do throws(DeviceFault) {
      return try key.decrypt(ciphertext, by: encryption)
    } catch {
      throw KMSError(error)
    }
  }

  /// - Parameter peer: SubjectPublicKeyInfo (DER) of a point on the key's own curve.
  func agree(with peer: [UInt8]) throws(KMSError) -> SecretBytes {
    try KeyAlgorithm.ecdh.require(spec)
    guard let file = PublicKeyFile(peer.span), file.spec == spec,
      let point = file.components(in: peer.span)?[.publicPoint]
    else { throw .invalidPublicKey }
    do throws(DeviceFault) {
      return try key.agree(with: point, length: spec.fieldLength)
    } catch {
      throw KMSError(error)
    }
  }
}
