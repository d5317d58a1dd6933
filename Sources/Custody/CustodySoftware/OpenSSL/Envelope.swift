import COpenSSL
import KMSDomain
import KMSSecrets

/// The ciphertext of Encrypt: a one-time key derived from the version's material, committed to, then
/// AES-256-GCM. The owner of a C handle.
///
/// The layout is `SymmetricCiphertext`; `docs/formats.md` has the derivation. One C function does a whole
/// message, and nothing but the ciphertext is allocated: at a microsecond each, steps in between would cost as
/// much as the cryptography. That is also why it is no class: a use of the key would count references.
///
/// Any number of threads may use it at once: the handle never changes, and the C side is thread-safe. The material and
/// everything derived from it are wiped with it.
@safe struct Envelope: ~Copyable, @unchecked Sendable {
  private let handle: OpaquePointer

  init(material: borrowing SecretBytes, key: KeyID, version: VersionID) throws(CryptoFailure) {
    let ids = key.bits.bytes + version.bits.bytes
    guard let made = unsafe kms_envelope_new(material.unsafeStart, material.count, ids) else {
      throw .failed
    }
    unsafe handle = made
  }

  deinit { unsafe kms_envelope_free(handle) }

  /// Lends what it was made of.
  func withMaterial<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var count = 0
    let start = unsafe kms_envelope_material(handle, &count)
    return try body(unsafe Span(_unsafeStart: start, count: count))
  }

  func seal(
    _ text: borrowing SecretBytes, context: EncryptionContext
  ) throws(CryptoFailure) -> [UInt8] {
    var result = KMS_CRYPTO_FAILED
    let from = unsafe text.unsafeStart
    let length = text.count
    let whole = length + KMS_ENVELOPE_OVERHEAD
    // `Array(repeating:count:)`, and the initialisers that leave memory unset, aren't specialised and take longer.
    var sealed = Array(repeatElement(UInt8(0), count: whole))
    unsafe sealed.withUnsafeMutableBufferPointer { out in
      guard let to = out.baseAddress else { return }
      unsafe result = Envelope.unsafeWithBound(context) { bound, boundCount in
        unsafe kms_envelope_seal(handle, bound, boundCount, from, length, to)
      }
    }
    try CryptoFailure.check(result)
    return sealed
  }

  /// - Throws: `rejected` for whatever this key didn't seal with this context.
  func open(_ sealed: [UInt8], context: EncryptionContext) throws(CryptoFailure) -> SecretBytes {
    let count = sealed.count - KMS_ENVELOPE_OVERHEAD
    guard count >= 0 else { throw .rejected }
    var result = KMS_CRYPTO_FAILED
    let text = SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) in
      unsafe result = room.withUnsafeMutableBufferPointer { out in
        unsafe Envelope.unsafeWithBound(context) { bound, boundCount in
          unsafe kms_envelope_open(handle, bound, boundCount, sealed, sealed.count, out.baseAddress)
        }
      }
    }
    try CryptoFailure.check(result)
    return text
  }

  /// Lends what is authenticated beside the text: room for the header, then the context. On the stack, unless
  /// the context is long.
  @inline(__always)
  private static func unsafeWithBound(
    _ context: EncryptionContext, _ body: (UnsafeMutablePointer<UInt8>, Int) -> kms_crypto_result
  ) -> kms_crypto_result {
    let count = KMS_ENVELOPE_HEADER + context.canonicalLength
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
      // C writes the header before anything reads it.
      var output = unsafe OutputSpan(buffer: room, initializedCount: KMS_ENVELOPE_HEADER)
      context.appendCanonical(to: &output)
      let filled = unsafe output.finalize(for: room)
      guard filled == count, let start = room.baseAddress else { return KMS_CRYPTO_FAILED }
      return unsafe body(start, filled)
    }
  }

  /// One-time key and commitment for the first 49 bytes of a header; for comparing with other
  /// implementations.
  /// - Throws: `rejected` for a format that doesn't exist.
  func derive(_ header: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    guard header.count == KMS_ENVELOPE_PREFIX else { throw .failed }
    let length = KMS_ENVELOPE_DERIVED
    return try SecretBytes(count: length) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe kms_envelope_derive(handle, header, to)
      }
      try CryptoFailure.check(result)
    }
  }
}
