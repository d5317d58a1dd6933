import COpenSSL
import KMSSecrets

/// AES-256-GCM with 96-bit nonces and 128-bit tags (NIST SP 800-38D).
enum AESGCM {
  static let keyLength = 32
  static let nonceLength = 12
  static let tagLength = 16

  /// - Returns: the ciphertext and, after it, the tag.
  static func seal(
    _ text: borrowing SecretBytes, key: borrowing SecretBytes, nonce: [UInt8], aad: [UInt8]
  ) throws(CryptoFailure) -> [UInt8] {
    guard key.count == keyLength, nonce.count == nonceLength else { throw .failed }
    var result = KMS_CRYPTO_FAILED
    let sealed = unsafe text.unsafeWithPointer { text in
      unsafe key.unsafeWithPointer { key in
        unsafe [UInt8](unsafeUninitializedCapacity: text.count + tagLength) { out, count in
          guard let to = out.baseAddress, let with = key.baseAddress else { return }
          unsafe result = kms_gcm_seal(with, nonce, aad, aad.count, text.baseAddress, text.count, to)
          count = result == KMS_CRYPTO_OK ? text.count + tagLength : 0
        }
      }
    }
    try CryptoFailure.check(result)
    return sealed
  }

  /// - Parameter sealed: the ciphertext and its tag.
  /// - Throws: `rejected` when it isn't what was sealed with this key, nonce and associated data.
  static func open(
    _ sealed: ArraySlice<UInt8>, key: borrowing SecretBytes, nonce: [UInt8], aad: [UInt8]
  ) throws(CryptoFailure) -> SecretBytes {
    guard key.count == keyLength, nonce.count == nonceLength else { throw .failed }
    guard sealed.count >= tagLength else { throw .rejected }
    var result = KMS_CRYPTO_FAILED
    let text = SecretBytes(count: sealed.count - tagLength) { (room: inout MutableSpan<UInt8>) in
      unsafe room.withUnsafeMutableBytes { out in
        unsafe key.unsafeWithPointer { key in
          unsafe sealed.withUnsafeBufferPointer { from in
            guard let with = key.baseAddress, let from = from.baseAddress else { return }
            unsafe result = kms_gcm_open(with, nonce, aad, aad.count, from, sealed.count, out.baseAddress)
          }
        }
      }
    }
    try CryptoFailure.check(result)
    return text
  }
}
