import COpenSSL

/// The process's libcrypto.
package enum OpenSSL {
  /// Puts libcrypto's heap into the secret arena and fetches the algorithms. The assembly calls it before
  /// anything that could use libcrypto; custody insists on it. Calling it again repeats the answer.
  /// - Returns: false when libcrypto was used before, so that its heap is elsewhere, or when it lacks an
  ///   algorithm.
  package static func start() -> Bool { kms_crypto_start() == 0 }

  /// What the library calls itself, with its version.
  package static var version: String { unsafe String(cString: kms_crypto_version()) }
}

/// A failure in libcrypto. It says no more, because no more is of use to a caller.
enum CryptoFailure: Error, Equatable {
  /// The input didn't authenticate.
  case rejected
  /// libcrypto refused or memory is exhausted.
  case failed
}

extension CryptoFailure {
  static func check(_ result: kms_crypto_result) throws(CryptoFailure) {
    if result == KMS_CRYPTO_OK { return }
    throw result == KMS_CRYPTO_REJECTED ? .rejected : .failed
  }
}
