import COpenSSL
import KMSSecrets

/// Keys from other keys and from passphrases.
enum Derivation {
  /// NIST SP 800-108 (counter mode, HMAC-SHA-256): 32-bit counter, label, zero byte, context, 32-bit length
  /// in bits.
  static func key(
    from key: borrowing SecretBytes, label: String, context: [UInt8], count: Int = 32
  ) throws(CryptoFailure) -> SecretBytes {
    let label = Array(label.utf8)
    return try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe key.unsafeWithPointer { key in
          guard let to = out.baseAddress, let from = key.baseAddress else { return KMS_CRYPTO_FAILED }
          return unsafe kms_kdf(
            from, key.count, label, label.count, context, context.count, to, out.count)
        }
      }
      try CryptoFailure.check(result)
    }
  }

  /// scrypt (RFC 7914), 32 bytes. It takes `cost.memory` bytes and, at the standard cost, some tenths of a
  /// second.
  static func scrypt(
    _ secret: borrowing SecretBytes, salt: [UInt8], cost: ScryptCost
  ) throws(CryptoFailure) -> SecretBytes {
    try SecretBytes(count: 32) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe secret.unsafeWithPointer { secret in
          guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
          return unsafe kms_scrypt(
            secret.baseAddress, secret.count, salt, salt.count, 1 << UInt64(cost.logN), UInt64(cost.r),
            UInt64(cost.p), to, out.count)
        }
      }
      try CryptoFailure.check(result)
    }
  }
}
