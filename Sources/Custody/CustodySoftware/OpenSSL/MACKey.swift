import COpenSSL
import KMSDomain
import KMSSecrets

/// A key of HMAC (FIPS 198-1) with contexts that are ready for it. The owner of a C handle.
///
/// Any number of threads may use it at once. The key and everything derived from it in contexts are wiped
/// with it.
@safe final class MACKey: @unchecked Sendable {  // the handle never changes, and the C side is thread-safe
  /// Bytes of a code.
  let codeLength: Int
  private let handle: OpaquePointer

  init(_ key: borrowing SecretBytes, _ algorithm: MACAlgorithm = .hmacSHA256) throws(CryptoFailure) {
    codeLength = algorithm.length
    let made = unsafe key.unsafeWithPointer { bytes in
      unsafe kms_mac_key_new(
        algorithm.hash, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
    guard let made = unsafe made else { throw .failed }
    unsafe handle = made
  }

  deinit { unsafe kms_mac_key_free(handle) }

  /// Lends the key.
  func withMaterial<Result: ~Copyable, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var count = 0
    let start = unsafe kms_mac_key_bytes(handle, &count)
    return try body(unsafe Span(_unsafeStart: start, count: count))
  }

  func code(for data: Span<UInt8>) throws(CryptoFailure) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: codeLength)
    try CryptoFailure.check(
      unsafe data.withUnsafeBufferPointer { unsafe kms_mac(handle, $0.baseAddress, $0.count, &code) })
    return code
  }

  /// A code that is a key itself.
  func secretCode(for data: Span<UInt8>) throws(CryptoFailure) -> SecretBytes {
    try SecretBytes(count: codeLength) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        unsafe data.withUnsafeBufferPointer { data in
          guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
          return unsafe kms_mac(handle, data.baseAddress, data.count, to)
        }
      }
      try CryptoFailure.check(result)
    }
  }
}
