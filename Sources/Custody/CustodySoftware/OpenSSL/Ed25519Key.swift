import COpenSSL
import KMSSecrets

/// An Ed25519 key pair (RFC 8032). The owner of a C handle.
@safe final class Ed25519Key: @unchecked Sendable {  // the handle never changes, and libcrypto only reads it
  static let seedLength = 32
  let publicKey: [UInt8]
  private let handle: OpaquePointer

  init(seed: borrowing SecretBytes) throws(CryptoFailure) {
    guard seed.count == Ed25519Key.seedLength else { throw .failed }
    let made = unsafe seed.unsafeWithPointer { bytes in
      unsafe bytes.baseAddress.flatMap { unsafe kms_ed25519_new($0.assumingMemoryBound(to: UInt8.self)) }
    }
    guard let made = unsafe made else { throw .failed }
    unsafe handle = made
    var bytes = [UInt8](repeating: 0, count: KMS_ED25519_PUBLIC)
    let result = unsafe kms_ed25519_public(made, &bytes)
    publicKey = bytes
    try CryptoFailure.check(result)
  }

  deinit { unsafe kms_ed25519_free(handle) }

  /// - Returns: 64 bytes.
  func sign(_ message: [UInt8]) throws(CryptoFailure) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: KMS_ED25519_SIGNATURE)
    try CryptoFailure.check(unsafe kms_ed25519_sign(handle, message, message.count, &signature))
    return signature
  }
}
