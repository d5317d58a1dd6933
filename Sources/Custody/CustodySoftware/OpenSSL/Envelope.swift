import COpenSSL
import KMSDomain
import KMSSecrets

/// The ciphertext of Encrypt: a one-time key derived from the version's material, committed to, then
/// AES-256-GCM.
///
/// The layout is `SymmetricCiphertext`; `docs/formats.md` has the derivation. One C function does a whole
/// message: at a microsecond each, steps in between would cost as much as the cryptography.
@safe struct Envelope: Sendable {
  private let key: MACKey
  /// Key id and version id, as they stand in the header.
  private let ids: [UInt8]

  init(material: borrowing SecretBytes, key: KeyID, version: VersionID) throws(CryptoFailure) {
    self.key = try MACKey(material)
    ids = key.bits.bytes + version.bits.bytes
  }

  func seal(_ text: borrowing SecretBytes, aad: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    var result = KMS_CRYPTO_FAILED
    let whole = text.count + SymmetricCiphertext.overhead
    let sealed = unsafe text.unsafeWithPointer { text in
      unsafe [UInt8](unsafeUninitializedCapacity: whole) { out, count in
        guard let to = out.baseAddress else { return }
        let from = unsafe text.baseAddress?.assumingMemoryBound(to: UInt8.self)
        unsafe result = key.unsafeWithHandle { handle in
          unsafe kms_envelope_seal(handle, ids, aad, aad.count, from, text.count, to)
        }
        count = result == KMS_CRYPTO_OK ? whole : 0
      }
    }
    try CryptoFailure.check(result)
    return sealed
  }

  /// - Throws: `rejected` for whatever this key didn't seal with this associated data.
  func open(_ sealed: [UInt8], aad: [UInt8]) throws(CryptoFailure) -> SecretBytes {
    let count = sealed.count - SymmetricCiphertext.overhead
    guard count >= 0 else { throw .rejected }
    return try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe key.unsafeWithHandle { handle in
          unsafe kms_envelope_open(handle, ids, aad, aad.count, sealed, sealed.count, out.baseAddress)
        }
      }
      try CryptoFailure.check(result)
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
