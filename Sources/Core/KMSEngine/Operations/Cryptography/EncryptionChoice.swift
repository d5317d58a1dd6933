import KMSDomain

// Symmetric encryption and encryption for a key pair are one operation to callers: what is nil here is symmetric.

extension EncryptionAlgorithm? {
  var keyAlgorithm: KeyAlgorithm { map { .encryption($0) } ?? .symmetric }

  /// - Parameter plaintext: how many bytes are to be encrypted; nil for decryption.
  /// - Throws: `KMSError.incompatibleAlgorithm`, `contextUnsupported`, `plaintextTooLong`.
  func require(
    _ spec: KeySpec, plaintext: Int? = nil, _ context: EncryptionContext
  ) throws(KMSError) {
    try keyAlgorithm.require(spec)
    guard let self else { return }
    guard context.pairs.isEmpty else { throw .contextUnsupported(spec) }
    if let plaintext, let limit = spec.longestPlaintext(self), plaintext > limit {
      throw .plaintextTooLong(self, spec, limit: limit)
    }
  }
}

extension KeyCustody {
  func encrypt(
    _ plaintext: Payload, by algorithm: EncryptionAlgorithm?, _ context: EncryptionContext,
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> [UInt8] {
    if let algorithm { return try encrypt(plaintext, by: algorithm, with: key, permit: permit) }
    return try encrypt(plaintext, context: context, with: key, permit: permit)
  }

  func decrypt(
    _ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm?, _ context: EncryptionContext,
    with key: any LiveKey, permit: borrowing Permit
  ) throws(KMSError) -> Payload {
    if let algorithm { return try decrypt(ciphertext, by: algorithm, with: key, permit: permit) }
    return try decrypt(ciphertext, context: context, with: key, permit: permit)
  }
}
