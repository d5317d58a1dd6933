import COpenSSL
import KMSSecrets

/// Arithmetic that libcrypto does for keys that come as numbers, and for the public numbers of secret sharing.
enum Numbers {
  /// The longest modulus, in bytes.
  static let longestModulus = Int(KMS_LONGEST_MODULUS)

  /// RSA's primes, private exponent, both exponents and coefficient, one after the other, each as long as the modulus.
  /// - Throws: `failed` when the numbers don't belong together.
  static func completeRSA(_ given: RSANumbers) throws(CryptoFailure) -> SecretBytes {
    let (n, e) = (given.modulus, given.publicExponent)
    guard !n.isEmpty, !e.isEmpty, n.count <= longestModulus else { throw .failed }
    return try SecretBytes(count: n.count * Int(KMS_RSA_NUMBERS)) {
      (room: inout MutableSpan<UInt8>) throws(CryptoFailure) in
      let (d, p, q) = (given.privateExponent, given.prime1, given.prime2)
      let result = unsafe room.withUnsafeMutableBufferPointer { out in
        guard let to = out.baseAddress else { return KMS_CRYPTO_FAILED }
        return unsafe kms_rsa_complete(
          n, n.count, e, e.count, d?.start, d?.count ?? 0, p?.start, p?.count ?? 0, q?.start, q?.count ?? 0,
          to)
      }
      try CryptoFailure.check(result)
    }
  }

  static func isPrime(_ number: [UInt8]) -> Bool { unsafe kms_is_prime(number, number.count) == 1 }

  /// What the part with one of the identifiers counts for among all of them, modulo a prime: as many bytes as that has.
  static func lagrange(
    _ identifiers: [UInt32], index: Int, prime: [UInt8]
  ) throws(CryptoFailure) -> [UInt8] {
    var coefficient = [UInt8](repeating: 0, count: prime.count)
    try CryptoFailure.check(
      unsafe kms_lagrange(prime, prime.count, identifiers, identifiers.count, index, &coefficient))
    return coefficient
  }
}

/// What is known of a private RSA key.
struct RSANumbers {
  let modulus: [UInt8]
  let publicExponent: [UInt8]
  let privateExponent: Secret?
  let prime1: Secret?
  let prime2: Secret?
}

extension Secret {
  fileprivate var start: UnsafePointer<UInt8>? { unsafe bytes.unsafeStart }
  fileprivate var count: Int { bytes.count }
}
