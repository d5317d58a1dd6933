package import KMSDomain
import KMSSecrets

// Encryption for a public key, shared secrets, key pairs for callers.

extension SoftwareCustody {
  package func encrypt(
    _ plaintext: Payload, by algorithm: EncryptionAlgorithm, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .encrypt)
    try permit.check(.encrypt, or: .reEncryptTo, key: key.key, version: key.version)
    let pair = try key.pair(for: .encryption(algorithm), needsPrivateHalf: false)
    if let limit = key.spec.longestPlaintext(algorithm), plaintext.count > limit {
      throw .plaintextTooLong(algorithm, key.spec, limit: limit)
    }
    if let elsewhere = key.elsewhere { try elsewhere.requireDecryption(by: try algorithm.elsewhere()) }
    let text = try take(plaintext)
    do throws(CryptoFailure) {
      return try pair.encrypt(text, by: algorithm)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func decrypt(
    _ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm, with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try ours(key, for: .decrypt)
    try permit.check(.decrypt, or: .reEncryptFrom, key: key.key, version: key.version)
    guard ciphertext.count <= SoftwareCustody.longestPlaintext else { throw .invalidCiphertext }
    if let elsewhere = key.elsewhere {
      try KeyAlgorithm.encryption(algorithm).require(key.spec)
      return Payload(try elsewhere.decrypt(ciphertext, by: try algorithm.elsewhere()))
    }
    let pair = try key.pair(for: .encryption(algorithm), needsPrivateHalf: true)
    do throws(CryptoFailure) {
      return Payload(try pair.decrypt(ciphertext, by: algorithm))
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }

  package func deriveSharedSecret(
    with peer: [UInt8], key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try ours(key, for: .derive)
    try permit.check(.deriveSharedSecret, key: key.key, version: key.version)
    if case .unavailable(let reason) = availability(of: key.spec, for: .derive) {
      throw .unsupportedAlgorithm(reason)
    }
    if let elsewhere = key.elsewhere {
      try KeyAlgorithm.ecdh.require(key.spec)
      guard (try? KeyPair(publicKey: peer, key.spec)) != nil else { throw .invalidPublicKey }
      return Payload(try elsewhere.agree(with: peer))
    }
    let pair = try key.pair(for: .ecdh, needsPrivateHalf: true)
    guard let theirs = try? KeyPair(publicKey: peer, key.spec) else { throw .invalidPublicKey }
    do throws(CryptoFailure) {
      return Payload(try pair.agree(with: theirs))
    } catch {
      throw .custodyUnavailable
    }
  }

  package func encapsulate(
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Encapsulation {
    let key = try ours(key, for: .encapsulate)
    try permit.check(.encapsulate, key: key.key, version: key.version)
    let pair = try key.pair(for: .mlKEM, needsPrivateHalf: false)
    do throws(CryptoFailure) {
      let made = try pair.encapsulate()
      return Encapsulation(secret: made.secret, ciphertext: made.ciphertext)
    } catch {
      throw .custodyUnavailable
    }
  }

  package func decapsulate(
    _ ciphertext: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try ours(key, for: .decapsulate)
    try permit.check(.decapsulate, key: key.key, version: key.version)
    let pair = try key.pair(for: .mlKEM, needsPrivateHalf: true)
    do throws(CryptoFailure) {
      return Payload(try pair.decapsulate(ciphertext))
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }
}

extension SoftwareCustody {
  package func generateDataKeyPair(
    _ spec: KeySpec, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> DataKeyPair {
    let key = try ours(key, for: .encrypt)
    try permit.check(.generateDataKeyPair, key: key.key, version: key.version)
    try KeyAlgorithm.symmetric.require(key.spec)  // before the costly part
    let pair = try pairForCaller(spec)
    let secret = try privateKey(of: pair)
    let ciphertext = try key.seal(secret, context)
    let sealed = SealedKeyPair(publicKey: try publicKey(of: pair), ciphertext: ciphertext)
    return DataKeyPair(privateKey: Payload(secret), sealed: sealed)
  }

  package func generateDataKeyPairWithoutPlaintext(
    _ spec: KeySpec, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> SealedKeyPair {
    let key = try ours(key, for: .encrypt)
    try permit.check(.generateDataKeyPairWithoutPlaintext, key: key.key, version: key.version)
    try KeyAlgorithm.symmetric.require(key.spec)  // before the costly part
    let pair = try pairForCaller(spec)
    let ciphertext = try key.seal(try privateKey(of: pair), context)
    return SealedKeyPair(publicKey: try publicKey(of: pair), ciphertext: ciphertext)
  }

  private func pairForCaller(_ spec: KeySpec) throws(KMSError) -> KeyPair {
    guard spec.isAsymmetric else { throw .unsupportedAlgorithm("\(spec.standardName) has no key pairs") }
    return try freshPair(spec)
  }

  private func publicKey(of pair: KeyPair) throws(KMSError) -> [UInt8] {
    do throws(CryptoFailure) { return try pair.publicKey() } catch { throw .custodyUnavailable }
  }

  private func privateKey(of pair: KeyPair) throws(KMSError) -> SecretBytes {
    do throws(CryptoFailure) { return try pair.privateKey() } catch { throw .custodyUnavailable }
  }

  package func envelop(_ answer: Payload, for recipient: [UInt8]) throws(KMSError) -> [UInt8] {
    let kinds = [KeySpec.rsa2048, .rsa3072, .rsa4096]
    guard let pair = kinds.lazy.compactMap({ try? KeyPair(publicKey: recipient, $0) }).first else {
      throw .invalidPublicKey
    }
    let content = try take(answer)
    do throws(CryptoFailure) {
      return try pair.envelop(content)
    } catch {
      throw .custodyUnavailable
    }
  }
}
