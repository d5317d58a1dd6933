import COpenSSL
import KMSSecrets

extension Derivation {
  static func pbkdf2(
    _ password: Span<UInt8>, hash: String, salt: [UInt8], iterations: UInt32, count: Int
  ) throws(CryptoFailure) -> SecretBytes {
    try unsafe filled(count) { out, count in
      unsafe password.withUnsafeBufferPointer {
        unsafe kms_pbkdf2(hash, $0.baseAddress, $0.count, salt, salt.count, iterations, out, count)
      }
    }
  }

  static func hkdf(
    _ key: Span<UInt8>, hash: String, salt: [UInt8], info: Span<UInt8>, count: Int
  ) throws(CryptoFailure) -> SecretBytes {
    try unsafe filled(count) { out, count in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe info.withUnsafeBufferPointer { info in
          unsafe kms_hkdf(
            hash, key.baseAddress, key.count, salt, salt.count, info.baseAddress, info.count, out, count)
        }
      }
    }
  }

  /// SP 800-108 with the fixed input as it is: in counter mode, or in feedback mode when there is an IV.
  static func sp800_108(
    _ key: Span<UInt8>, by mac: MACName, data: Span<UInt8>, iv: [UInt8]?, count: Int
  ) throws(CryptoFailure) -> SecretBytes {
    try unsafe filled(count) { out, count in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe data.withUnsafeBufferPointer { data in
          guard let inner = mac.inner else { return KMS_CRYPTO_FAILED }
          return unsafe run(mac.mac, inner, key, data, iv, out, count)
        }
      }
    }
  }

  private static func run(
    _ mac: String, _ inner: String, _ key: UnsafeBufferPointer<UInt8>, _ data: UnsafeBufferPointer<UInt8>,
    _ iv: [UInt8]?, _ out: UnsafeMutablePointer<UInt8>, _ count: Int
  ) -> kms_crypto_result {
    guard let iv else {
      return unsafe kms_sp800_108(
        mac, inner, key.baseAddress, key.count, data.baseAddress, data.count, nil, 0, out, count)
    }
    // An array, even an empty one, has a place; no IV at all is what tells counter mode.
    return unsafe kms_sp800_108(
      mac, inner, key.baseAddress, key.count, data.baseAddress, data.count, iv + [0], iv.count, out, count)
  }

  private static func filled(
    _ count: Int, _ write: (UnsafeMutablePointer<UInt8>, Int) -> kms_crypto_result
  ) throws(CryptoFailure) -> SecretBytes {
    guard count > 0 else { throw .failed }
    return try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe write(to, out.count)
      }
      try CryptoFailure.check(result)
    }
  }
}
