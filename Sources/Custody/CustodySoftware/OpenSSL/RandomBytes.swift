import COpenSSL
import KMSDomain
import KMSSecrets

/// libcrypto's random generators, seeded by the system's.
enum RandomBytes {
  /// For keys: from a generator whose output is never published.
  static func secret(_ count: Int) throws(CryptoFailure) -> SecretBytes {
    try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      try CryptoFailure.check(
        unsafe room.withUnsafeMutableBufferPointer {
          unsafe kms_random(KMS_RANDOM_SECRET, $0.baseAddress, $0.count)
        })
    }
  }

  /// For nonces, salts and identifiers.
  static func plain(_ count: Int) throws(CryptoFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try CryptoFailure.check(unsafe kms_random(KMS_RANDOM_PUBLIC, &bytes, count))
    return bytes
  }

  static func bits128() throws(CryptoFailure) -> Bits128 {
    var words: (UInt64, UInt64) = (0, 0)
    let result = unsafe withUnsafeMutableBytes(of: &words) { bytes in
      unsafe kms_random(KMS_RANDOM_PUBLIC, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), 16)
    }
    try CryptoFailure.check(result)
    return Bits128(high: words.0, low: words.1)
  }
}
