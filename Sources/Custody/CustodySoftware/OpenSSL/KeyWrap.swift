import COpenSSL
import KMSSecrets

/// AES key wrap: with padding (RFC 5649), and without (RFC 3394) for keys of whole 8 bytes.
enum KeyWrap {
  /// The longest that is wrapped, and the longest wrapping that is opened, in bytes.
  static let longest = 65_520

  enum Form: Sendable { case padded, plain }

  static func wrap(
    _ secret: borrowing SecretBytes, under key: borrowing SecretBytes, _ form: Form
  ) throws(CryptoFailure) -> [UInt8] {
    var result = KMS_CRYPTO_FAILED
    let room = secret.count + 16
    let wrapped = unsafe secret.unsafeWithPointer { secret in
      unsafe key.unsafeWithPointer { key in
        unsafe [UInt8](unsafeUninitializedCapacity: room) { out, count in
          guard let to = out.baseAddress, let from = secret.baseAddress, let with = key.baseAddress else {
            return
          }
          unsafe result = kms_key_wrap(
            form == .padded ? 1 : 0, with, key.count, from, secret.count, to, &count)
          if result != KMS_CRYPTO_OK { count = 0 }
        }
      }
    }
    try CryptoFailure.check(result)
    return wrapped
  }

  /// - Throws: `rejected` for whatever wasn't wrapped under this key.
  static func unwrap(
    _ wrapped: ArraySlice<UInt8>, under key: borrowing SecretBytes, _ form: Form
  ) throws(CryptoFailure) -> SecretBytes {
    guard [16, 24, 32].contains(key.count) else { throw .rejected }
    var length = 0
    let whole = try SecretBytes(count: wrapped.count + 16) {
      (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe key.unsafeWithPointer { key in
          unsafe wrapped.withUnsafeBufferPointer { from in
            guard let to = out.baseAddress, let with = key.baseAddress, let from = from.baseAddress else {
              return KMS_CRYPTO_REJECTED
            }
            return unsafe kms_key_unwrap(
              form == .padded ? 1 : 0, with, key.count, from, wrapped.count, to, &length)
          }
        }
      }
      try CryptoFailure.check(result)
    }
    return whole.prefix(length)
  }
}
