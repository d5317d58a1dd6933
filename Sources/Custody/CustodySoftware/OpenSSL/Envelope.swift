import COpenSSL
import KMSDomain
import KMSSecrets

/// The ciphertext of Encrypt: a one-time key derived from the version's material, committed to, then
/// AES-256-GCM.
///
/// The layout is `SymmetricCiphertext`; `docs/formats.md` has the derivation. One C function does a whole
/// message, and nothing but the ciphertext is allocated: at a microsecond each, steps in between would cost as
/// much as the cryptography.
@safe final class Envelope: Sendable {
  private let key: MACKey
  /// Key id and version id, as they stand in the header.
  private let ids: [UInt8]

  init(material: borrowing SecretBytes, key: KeyID, version: VersionID) throws(CryptoFailure) {
    self.key = try MACKey(material)
    ids = key.bits.bytes + version.bits.bytes
  }

  func seal(
    _ text: borrowing SecretBytes, context: EncryptionContext
  ) throws(CryptoFailure) -> [UInt8] {
    var result = KMS_CRYPTO_FAILED
    let whole = text.count + SymmetricCiphertext.overhead
    var sealed: [UInt8] = []
    // Appended to an empty array: the initialisers that leave memory unset aren't specialised, and take longer.
    sealed.append(addingCapacity: whole) { (room: inout OutputSpan<UInt8>) in
      unsafe room.withUnsafeMutableBufferPointer { out, count in
        guard let to = out.baseAddress, out.count >= whole else { return }
        unsafe result = Envelope.unsafeWithBound(context) { bound, boundCount in
          unsafe text.unsafeWithPointer { text in
            let from = unsafe text.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return unsafe key.unsafeWithHandle { handle in
              unsafe kms_envelope_seal(handle, ids, bound, boundCount, from, text.count, to)
            }
          }
        }
        count = result == KMS_CRYPTO_OK ? whole : 0
      }
    }
    try CryptoFailure.check(result)
    return sealed
  }

  /// - Throws: `rejected` for whatever this key didn't seal with this context.
  func open(_ sealed: [UInt8], context: EncryptionContext) throws(CryptoFailure) -> SecretBytes {
    let count = sealed.count - SymmetricCiphertext.overhead
    guard count >= 0 else { throw .rejected }
    return try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe Envelope.unsafeWithBound(context) { bound, boundCount in
          unsafe key.unsafeWithHandle { handle in
            unsafe kms_envelope_open(
              handle, ids, bound, boundCount, sealed, sealed.count, out.baseAddress)
          }
        }
      }
      try CryptoFailure.check(result)
    }
  }

  /// Lends what is authenticated beside the text: room for the header, then the context. On the stack, unless
  /// the context is long.
  private static func unsafeWithBound(
    _ context: EncryptionContext, _ body: (UnsafeMutablePointer<UInt8>, Int) -> kms_crypto_result
  ) -> kms_crypto_result {
    let count = SymmetricCiphertext.headerLength + context.canonicalLength
    return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
      var output = unsafe OutputSpan(buffer: room, initializedCount: 0)
      output.append(repeating: 0, count: SymmetricCiphertext.headerLength)
      context.appendCanonical(to: &output)
      let filled = unsafe output.finalize(for: room)
      guard filled == count, let start = room.baseAddress else { return KMS_CRYPTO_FAILED }
      return unsafe body(start, filled)
    }
  }

  /// One-time key and commitment for the first 49 bytes of a header; for comparing with other
  /// implementations.
  func derive(_ header: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    guard header.count == KMS_ENVELOPE_CONTEXT else { throw .failed }
    let length = KMS_ENVELOPE_DERIVED
    return try SecretBytes(count: length) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe key.unsafeWithHandle { unsafe kms_envelope_derive($0, header, to) }
      }
      try CryptoFailure.check(result)
    }
  }
}
