import COpenSSL
import KMSDomain
import KMSSecrets

/// A key pair, or the public half of one. The owner of a C handle.
///
/// Any number of threads may use it at once. Everything in it, contexts that were set up with the key too, is wiped with it.
@safe final class KeyPair: @unchecked Sendable {  // the handle never changes, and the C side is thread-safe
  let spec: KeySpec
  let hasPrivateHalf: Bool
  let handle: OpaquePointer

  private init(_ made: OpaquePointer?, _ spec: KeySpec, hasPrivateHalf: Bool, orThrow failure: CryptoFailure)
    throws(CryptoFailure)
  {
    guard let made = unsafe made else { throw failure }
    unsafe handle = made
    self.spec = spec
    self.hasPrivateHalf = hasPrivateHalf
  }

  /// A fresh pair. RSA takes up to some seconds.
  convenience init(generating spec: KeySpec) throws(CryptoFailure) {
    guard let kind = spec.kind else { throw .failed }
    try unsafe self.init(kms_pair_generate(kind), spec, hasPrivateHalf: true, orThrow: .failed)
  }

  /// A fresh pair of RSA. It takes up to some seconds.
  /// - Parameter exponent: the public one: odd, at least 3.
  convenience init(generatingRSA spec: KeySpec, exponent: UInt64) throws(CryptoFailure) {
    guard let kind = spec.kind else { throw .failed }
    try unsafe self.init(
      kms_pair_generate_rsa(kind, exponent), spec, hasPrivateHalf: true, orThrow: .failed)
  }

  /// From PKCS#8 (DER).
  /// - Parameter checked: also proves that its numbers and halves belong together.
  /// - Throws: `rejected` for anything but a private key of this kind.
  convenience init(
    pkcs8: borrowing SecretBytes, _ spec: KeySpec, checked: Bool
  ) throws(CryptoFailure) {
    guard let kind = spec.kind else { throw .failed }
    let made = unsafe pkcs8.unsafeWithPointer { bytes in
      unsafe bytes.baseAddress.flatMap {
        unsafe kms_pair_private(kind, $0.assumingMemoryBound(to: UInt8.self), bytes.count, checked ? 1 : 0)
      }
    }
    try unsafe self.init(made, spec, hasPrivateHalf: true, orThrow: .rejected)
  }

  /// From SubjectPublicKeyInfo (DER).
  /// - Throws: `rejected` for anything but a valid public key of this kind.
  convenience init(publicKey: [UInt8], _ spec: KeySpec) throws(CryptoFailure) {
    guard let kind = spec.kind else { throw .failed }
    try unsafe self.init(
      kms_pair_public(kind, publicKey, publicKey.count), spec, hasPrivateHalf: false, orThrow: .rejected)
  }

  deinit { unsafe kms_pair_free(handle) }

  /// - Throws: when the halves don't belong together.
  func test() throws(CryptoFailure) { try CryptoFailure.check(unsafe kms_pair_test(handle)) }

  /// SubjectPublicKeyInfo (DER).
  func publicKey() throws(CryptoFailure) -> [UInt8] {
    try unsafe written(room: Int(KMS_LONGEST_DER)) { handle, out, count in
      count = unsafe kms_pair_spki(handle, out, count)
      return count > 0 ? KMS_CRYPTO_OK : KMS_CRYPTO_FAILED
    }
  }

  /// PKCS#8 (DER).
  func privateKey() throws(CryptoFailure) -> SecretBytes {
    let count = unsafe kms_pair_pkcs8(handle, nil, 0)
    guard hasPrivateHalf, count > 0 else { throw .failed }
    return try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let done = unsafe room.withUnsafeMutableBufferPointer {
        unsafe kms_pair_pkcs8(handle, $0.baseAddress, $0.count) == count
      }
      guard done else { throw .failed }
    }
  }
}

// MARK: - Signatures

extension KeyPair {
  /// - Parameter context: of ML-DSA over the message itself, at most 255 bytes; of nothing else.
  func sign(
    _ message: borrowing SecretBytes, as form: MessageForm, by algorithm: SigningAlgorithm,
    context: [UInt8] = []
  ) throws(CryptoFailure) -> [UInt8] {
    let room = unsafe kms_pair_size(handle)
    return try unsafe message.unsafeWithPointer { (bytes) throws(CryptoFailure) -> [UInt8] in
      let from = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return try unsafe written(room: room) { handle, out, count in
        unsafe kms_sign(
          handle, algorithm.signature, form.form, context, context.count, from, bytes.count, out, &count)
      }
    }
  }

  /// - Throws: `rejected` for whatever isn't a signature of this key over this message, with this context.
  func verify(
    _ signature: [UInt8], of message: borrowing SecretBytes, as form: MessageForm,
    by algorithm: SigningAlgorithm, context: [UInt8] = []
  ) throws(CryptoFailure) {
    let result = unsafe message.unsafeWithPointer { bytes in
      unsafe kms_verify(
        handle, algorithm.signature, form.form, context, context.count,
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, signature, signature.count)
    }
    try CryptoFailure.check(result)
  }
}

// MARK: - Encryption

extension KeyPair {
  /// More than any public-key ciphertext is longer than what it encrypts and the key together.
  private static let spare = 256

  func encrypt(
    _ text: borrowing SecretBytes, by algorithm: EncryptionAlgorithm
  ) throws(CryptoFailure) -> [UInt8] {
    let room = unsafe kms_pair_size(handle) + text.count + KeyPair.spare
    return try unsafe text.unsafeWithPointer { (bytes) throws(CryptoFailure) -> [UInt8] in
      let from = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return try unsafe written(room: room) { handle, out, count in
        unsafe kms_public_encrypt(handle, algorithm.cipher, from, bytes.count, out, &count)
      }
    }
  }

  /// - Throws: `rejected` for whatever doesn't open.
  func decrypt(
    _ ciphertext: [UInt8], by algorithm: EncryptionAlgorithm
  ) throws(CryptoFailure) -> SecretBytes {
    let room = max(unsafe kms_pair_size(handle), ciphertext.count)
    return try unsafe secret(room: room) { handle, out, count in
      unsafe kms_private_decrypt(handle, algorithm.cipher, ciphertext, ciphertext.count, out, &count)
    }
  }
}

// MARK: - Shared secrets

extension KeyPair {
  /// ECDH: the x-coordinate, as long as the field.
  func agree(with peer: KeyPair) throws(CryptoFailure) -> SecretBytes {
    try unsafe secret(room: Int(KMS_LONGEST_AGREED)) { handle, out, count in
      unsafe kms_agree(handle, peer.handle, out, &count)
    }
  }

  func encapsulate() throws(CryptoFailure) -> (secret: Payload, ciphertext: [UInt8]) {
    var ciphertext = [UInt8](repeating: 0, count: unsafe kms_pair_size(handle))
    var count = ciphertext.count
    let secret = try SecretBytes(count: Int(KMS_KEM_SECRET)) {
      (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe kms_encapsulate(handle, &ciphertext, &count, to)
      }
      try CryptoFailure.check(result)
    }
    guard count == ciphertext.count else { throw .failed }
    return (Payload(secret), ciphertext)
  }

  /// - Throws: `rejected` for a ciphertext of another length.
  func decapsulate(_ ciphertext: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    try SecretBytes(count: Int(KMS_KEM_SECRET)) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe kms_decapsulate(handle, ciphertext, ciphertext.count, to)
      }
      try CryptoFailure.check(result)
    }
  }

  /// CMS EnvelopedData for this RSA key.
  func envelop(_ content: borrowing SecretBytes) throws(CryptoFailure) -> [UInt8] {
    let room = content.count + Int(KMS_CMS_OVERHEAD)
    return try unsafe content.unsafeWithPointer { (bytes) throws(CryptoFailure) -> [UInt8] in
      let from = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
      return try unsafe written(room: room) { handle, out, count in
        unsafe kms_cms_envelop(handle, from, bytes.count, out, &count)
      }
    }
  }
}

// MARK: - Results of a length that C tells

extension KeyPair {
  typealias Writing = (OpaquePointer, UnsafeMutablePointer<UInt8>, inout Int) -> kms_crypto_result

  func written(room: Int, _ write: Writing) throws(CryptoFailure) -> [UInt8] {
    var result = KMS_CRYPTO_FAILED
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { out, count in
      guard let to = out.baseAddress else { return }
      var length = room
      unsafe result = write(handle, to, &length)
      count = result == KMS_CRYPTO_OK ? length : 0
    }
    try CryptoFailure.check(result)
    return bytes
  }

  func secret(room: Int, _ write: Writing) throws(CryptoFailure) -> SecretBytes {
    var length = room
    let whole = try SecretBytes(count: room) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe write(handle, to, &length)
      }
      try CryptoFailure.check(result)
    }
    return whole.prefix(length)
  }
}
