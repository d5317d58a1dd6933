package import KMSDomain
import KMSSecrets

extension SoftwareCustody: KeyCustody {
  /// The longest plaintext that custody takes; doors have limits of their own below it.
  package static let longestPlaintext = 64 << 10

  package func encrypt(
    _ plaintext: Payload, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .encrypt)
    try permit.check(.encrypt, or: .reEncryptTo, key: key.key, version: key.version)
    let envelope = try key.envelope()
    guard let text = plaintext.take(), text.count <= SoftwareCustody.longestPlaintext else {
      throw .custodyUnavailable
    }
    return try seal(text, context, envelope)
  }

  package func decrypt(
    _ ciphertext: [UInt8], context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try ours(key, for: .decrypt)
    try permit.check(.decrypt, or: .reEncryptFrom, key: key.key, version: key.version)
    let envelope = try key.envelope()
    guard ciphertext.count <= SoftwareCustody.longestPlaintext + SymmetricCiphertext.overhead else {
      throw .invalidCiphertext
    }
    do throws(CryptoFailure) {
      return Payload(try envelope.open(ciphertext, context: context))
    } catch {
      throw error == .rejected ? .invalidCiphertext : .custodyUnavailable
    }
  }

  package func generateDataKey(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> DataKey {
    let key = try ours(key, for: .encrypt)
    try permit.check(.generateDataKey, key: key.key, version: key.version)
    let envelope = try key.envelope()
    let fresh = try secret(count)
    let ciphertext = try seal(fresh, context, envelope)
    return DataKey(plaintext: Payload(fresh), ciphertext: ciphertext)
  }

  package func generateDataKeyWithoutPlaintext(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .encrypt)
    try permit.check(.generateDataKeyWithoutPlaintext, key: key.key, version: key.version)
    return try seal(try secret(count), context, key.envelope())
  }

  package func random(count: Int, permit: borrowing Permit) throws(KMSError) -> Payload {
    try permit.check(.generateRandom, key: nil, version: nil)
    return Payload(try secret(count))
  }
}

extension SoftwareCustody {
  /// - Throws: `KMSError.permitMismatch` for a key that another custody opened, or that isn't for such a use: no permit can
  ///   mean it.
  func ours(_ key: any LiveKey, for usage: KeyUsages) throws(KMSError) -> SoftwareLiveKey {
    guard let ours = key as? SoftwareLiveKey, ours.usages.contains(usage) else { throw .permitMismatch }
    return ours
  }

  func seal(
    _ text: borrowing SecretBytes, _ context: EncryptionContext, _ envelope: Envelope
  ) throws(KMSError) -> [UInt8] {
    do throws(CryptoFailure) {
      return try envelope.seal(text, context: context)
    } catch {
      throw .custodyUnavailable
    }
  }

  func secret(_ count: Int) throws(KMSError) -> SecretBytes {
    guard (0...SoftwareCustody.longestPlaintext).contains(count) else { throw .custodyUnavailable }
    do throws(CryptoFailure) {
      return try RandomBytes.secret(count)
    } catch {
      throw .custodyUnavailable
    }
  }
}
