package import KMSDomain
import KMSSecrets

extension SoftwareCustody {
  package func encipher(
    _ text: Payload, by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey,
    permit: borrowing Permit
  ) throws(KMSError) -> Enciphered {
    let key = try usable(key, .encipher, permit)
    let choice = try CipherChoice(parameters, associated: associated, key, makesIV: true, legacy)
    return try WholeCipher(choice: choice, key: key).encipher(takeExplicit(text))
  }

  package func decipher(
    _ data: Payload, by parameters: CipherParameters, associated: [UInt8], tag: [UInt8]?,
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try usable(key, .decipher, permit)
    let choice = try CipherChoice(parameters, associated: associated, key, makesIV: false, legacy)
    return Payload(try WholeCipher(choice: choice, key: key).decipher(takeExplicit(data), tag: tag))
  }

  package func encipherStream(
    by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any EncipheringStream {
    let key = try usable(key, .encipher, permit)
    let choice = try CipherChoice(parameters, associated: associated, key, makesIV: true, legacy)
    return try SoftwareEncipheringStream(choice, key)
  }

  package func decipherStream(
    by parameters: CipherParameters, associated: [UInt8], with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> any DecipheringStream {
    let key = try usable(key, .decipher, permit)
    let choice = try CipherChoice(parameters, associated: associated, key, makesIV: false, legacy)
    return try SoftwareDecipheringStream(choice, key)
  }
}

// MARK: - RSA

extension SoftwareCustody {
  package func encrypt(
    _ text: Payload, by encryption: RSAEncryption, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try usable(key, .encipher, permit)
    let pair = try rsaPair(key, needsPrivateHalf: false)
    let padding = try padding(of: encryption)
    let text = try takeExplicit(text)
    guard encryption.takes(text.count, modulus: key.spec.modulusLength ?? 0) else {
      throw .cryptography(.dataLength)
    }
    if let elsewhere = key.elsewhere { try elsewhere.requireDecryption(by: encryption) }
    do throws(CryptoFailure) {
      return try pair.encrypt(text, by: padding)
    } catch {
      // Of the bare function: not less than the modulus.
      if case .raw = encryption { throw .cryptography(.dataLength) }
      throw .custodyUnavailable
    }
  }

  package func decrypt(
    _ ciphertext: [UInt8], by encryption: RSAEncryption, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try usable(key, .decipher, permit)
    let pair = try rsaPair(key, needsPrivateHalf: !key.isElsewhere)
    let padding = try padding(of: encryption)
    guard ciphertext.count <= SoftwareCustody.longestExplicit else { throw .invalidCiphertext }
    if let elsewhere = key.elsewhere { return Payload(try elsewhere.decrypt(ciphertext, by: encryption)) }
    return Payload(
      try WholeCipher.opened { () throws(CryptoFailure) in try pair.decrypt(ciphertext, by: padding) })
  }

  private func rsaPair(_ key: SoftwareLiveKey, needsPrivateHalf: Bool) throws(KMSError) -> KeyPair {
    guard key.spec.modulusLength != nil else { throw .cryptography(.keyKind) }
    return try key.pair(needsPrivateHalf: needsPrivateHalf)
  }

  private func padding(of encryption: RSAEncryption) throws(KMSError) -> RSAPadding {
    switch encryption {
    case .pkcs1:
      return InsecureRSA.pkcs1Encryption(
        try legacy.permission(for: .rsaPKCS1Encryption, "RSA encryption by PKCS#1 v1.5"))
    case .raw: return InsecureRSA.raw(try legacy.permission(for: .rawRSA, "RSA without padding"))
    case .oaep(let hash, let mask, let label):
      let name = try legacy.name(of: hash)
      return .oaep(
        hash: name, mask: try mask.map { (hash) throws(KMSError) in try legacy.name(of: hash) }, label: label)
    }
  }
}

extension RSAEncryption {
  /// Whether so many bytes can be encrypted under a modulus (RFC 8017 sections 7.1.1 and 7.2.1).
  fileprivate func takes(_ count: Int, modulus: Int) -> Bool {
    switch self {
    case .pkcs1: count <= modulus - 11
    case .oaep(let hash, _, _): count <= modulus - 2 * hash.length - 2
    case .raw: count == modulus
    }
  }
}
