import COpenSSL
import KMSSecrets

/// A PKCS#12 store (RFC 7292) that was opened. The owner of a C handle.
@safe struct Bundle: ~Copyable {
  private let handle: OpaquePointer

  /// - Parameter password: UTF-8 without a zero byte.
  /// - Throws: `rejected` for whatever doesn't open, has no private key, or would take long: see `kms_bundle_open`.
  init(_ store: borrowing SecretBytes, password: Span<UInt8>) throws(CryptoFailure) {
    let terminated = Bundle.terminated(password)
    guard let from = unsafe store.unsafeStart, let secret = unsafe terminated.unsafeStart,
      let made = unsafe kms_bundle_open(from, store.count, secret)
    else { throw .rejected }
    unsafe handle = made
  }

  deinit { unsafe kms_bundle_free(handle) }

  /// PKCS#8 (DER).
  func privateKey() throws(CryptoFailure) -> SecretBytes {
    let count = unsafe kms_bundle_key(handle, nil, 0)
    guard count > 0 else { throw .rejected }
    return try SecretBytes(count: count) { (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let written = unsafe room.withUnsafeMutableBufferPointer {
        unsafe kms_bundle_key(handle, $0.baseAddress, $0.count)
      }
      guard written == count else { throw .failed }
    }
  }

  /// The key's own first.
  var certificates: [[UInt8]] {
    var all: [[UInt8]] = []
    while true {
      let count = unsafe kms_bundle_certificate(handle, all.count, nil, 0)
      guard count > 0 else { return all }
      var der = [UInt8](repeating: 0, count: count)
      guard unsafe kms_bundle_certificate(handle, all.count, &der, count) == count else { return all }
      all.append(der)
    }
  }

  var friendlyName: String? {
    let count = unsafe kms_bundle_name(handle, nil, 0)
    var text = [UInt8](repeating: 0, count: count)
    guard count > 0, unsafe kms_bundle_name(handle, &text, count) == count else { return nil }
    return String(validating: text, as: UTF8.self)
  }

  fileprivate static func terminated(_ password: Span<UInt8>) -> SecretBytes {
    SecretBytes(count: password.count + 1) { (room: inout MutableSpan<UInt8>) in
      for index in password.indices { room[index] = password[index] }
    }
  }
}

extension KeyPair {
  /// A PKCS#12 store of this key.
  /// - Throws: `rejected` for certificates that aren't, and when the first isn't the key's.
  func bundle(
    certificates: [[UInt8]], name: String?, password: Span<UInt8>
  ) throws(CryptoFailure) -> SecretBytes {
    let terminated = Bundle.terminated(password)
    let secret = unsafe terminated.unsafeStart
    let all = certificates.flatMap { $0 }
    return try unsafe self.secret(room: Int(KMS_BUNDLE_OVERHEAD) + Int(KMS_LONGEST_DER) + 2 * all.count) {
      handle, out, count in
      guard let secret = unsafe secret else { return KMS_CRYPTO_FAILED }
      return unsafe kms_bundle_make(handle, all, all.count, name, secret, out, &count)
    }
  }
}
