import COpenSSL
import KMSSecrets

/// One hash or message authentication code under way. The owner of a C handle; what it holds of a key is wiped with it.
@safe struct Sum: ~Copyable, @unchecked Sendable {  // whoever has it has it alone
  private let handle: OpaquePointer

  /// - Throws: `failed` for a hash that libcrypto lacks.
  init(hash name: String) throws(CryptoFailure) {
    guard let made = unsafe kms_sum_hash(name) else { throw .failed }
    unsafe handle = made
  }

  /// - Throws: `failed` for what libcrypto lacks, and for a key that doesn't go with it.
  init(_ mac: MACName, key: Span<UInt8>) throws(CryptoFailure) {
    let made = unsafe key.withUnsafeBufferPointer { key in
      unsafe kms_sum_mac(mac.mac, mac.inner, key.baseAddress, key.count)
    }
    guard let made = unsafe made else { throw .failed }
    unsafe handle = made
  }

  deinit { unsafe kms_sum_free(handle) }

  borrowing func add(_ piece: Span<UInt8>) throws(CryptoFailure) {
    try CryptoFailure.check(
      unsafe piece.withUnsafeBufferPointer { unsafe kms_sum_add(handle, $0.baseAddress, $0.count) })
  }

  borrowing func finish() throws(CryptoFailure) -> [UInt8] {
    var sum = [UInt8](repeating: 0, count: Int(KMS_LONGEST_HASH))
    var count = 0
    try CryptoFailure.check(unsafe kms_sum_finish(handle, &sum, &count))
    return Array(sum.prefix(count))
  }

  /// A sum that is a secret itself.
  borrowing func finishSecret() throws(CryptoFailure) -> SecretBytes {
    var count = 0
    let whole = try SecretBytes(count: Int(KMS_LONGEST_HASH)) {
      (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe kms_sum_finish(handle, to, &count)
      }
      try CryptoFailure.check(result)
    }
    return whole.prefix(count)
  }
}

/// A message authentication code in libcrypto's words.
struct MACName: Sendable {
  let mac: String
  /// The hash of HMAC, the cipher of CMAC.
  let inner: String?
}

enum Library {
  static func hasHash(_ name: String) -> Bool { unsafe kms_hash_available(name) == 1 }
  static func hasCipher(_ name: CipherName) -> Bool {
    unsafe kms_cipher_available(name.text, name.source) == 1
  }

  /// Adds to the state of the random generators; it takes nothing away from what they have.
  static func stir(_ bytes: borrowing SecretBytes) {
    unsafe kms_random_stir(bytes.unsafeStart, bytes.count)
  }
}
