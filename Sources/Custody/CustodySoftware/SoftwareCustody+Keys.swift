package import KMSDomain
import KMSSecrets

extension SoftwareCustody: KeyCustody {
  /// The longest plaintext that custody takes; doors have limits of their own below it.
  package static let longestPlaintext = 64 << 10

  // Inlined into the entry of the port, with what it calls: a step between costs as much as the check that it makes.
  @inline(__always)
  package func encrypt(
    _ plaintext: Payload, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .encrypt)
    try permit.check(.encrypt, or: .reEncryptTo, key: key.key, version: key.version)
    return try key.seal(try take(plaintext), context)
  }

  package func decrypt(
    _ ciphertext: [UInt8], context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    let key = try ours(key, for: .decrypt)
    try permit.check(.decrypt, or: .reEncryptFrom, key: key.key, version: key.version)
    guard ciphertext.count <= SoftwareCustody.longestPlaintext + SymmetricCiphertext.overhead else {
      throw .invalidCiphertext
    }
    return Payload(try key.open(ciphertext, context))
  }

  package func generateDataKey(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> DataKey {
    let key = try ours(key, for: .encrypt)
    try permit.check(.generateDataKey, key: key.key, version: key.version)
    let fresh = try secret(count)
    let ciphertext = try key.seal(fresh, context)
    return DataKey(plaintext: Payload(fresh), ciphertext: ciphertext)
  }

  package func generateDataKeyWithoutPlaintext(
    count: Int, context: EncryptionContext, with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    let key = try ours(key, for: .encrypt)
    try permit.check(.generateDataKeyWithoutPlaintext, key: key.key, version: key.version)
    return try key.seal(try secret(count), context)
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
    switch key {  // which borrows where `as?` counts a reference
    case let ours as SoftwareLiveKey:
      guard ours.allows(usage) else { throw .permitMismatch }
      return ours
    default: throw .permitMismatch
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
