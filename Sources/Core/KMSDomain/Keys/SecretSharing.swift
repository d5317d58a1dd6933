/// How a secret is divided so that some of the parts are needed to have it back.
package struct SecretSharing: Hashable, Sendable {
  package enum Method: Hashable, Sendable {
    /// All parts are needed; their exclusive or is the secret.
    case xor
    /// Shamir's scheme over bytes, modulo x^8 + x^4 + x^3 + x^2 + 1.
    case gf256
    /// Shamir's scheme over pairs of bytes (u, v) that stand for u·y + v modulo y^2 + y + {3A}, with FIPS 197's bytes as
    /// coefficients. A secret of an odd length has a zero byte put in front.
    case gf65536
    /// Shamir's scheme over integers modulo a prime, big-endian. The secret is one integer, less than the prime.
    case prime([UInt8])
  }

  package static let parts = 1...255
  /// Bytes of the longest secret: those of the largest keys, RSA of 8192 bits and ML-DSA-87, fit. Dividing takes time by its length,
  /// the parts and the threshold, all at once.
  package static let longestSecret = 5 << 10

  package let method: Method
  /// How many there are; their identifiers are 1, 2 and so on, and are where the polynomial was evaluated.
  package let parts: Int
  /// How many are needed.
  package let threshold: Int

  /// - Throws: `KMSError.cryptography(.sharing)` for numbers that make no sense, and for XOR with fewer needed than there are.
  package init(_ method: Method, parts: Int, threshold: Int) throws(KMSError) {
    guard SecretSharing.parts.contains(parts), (1...parts).contains(threshold),
      method != .xor || threshold == parts
    else { throw .cryptography(.sharing) }
    self.method = method
    self.parts = parts
    self.threshold = threshold
  }
}

/// One part of a secret.
package struct KeyShare: Sendable {
  /// From 1 on.
  package let identifier: Int
  package let bytes: Payload

  package init(identifier: Int, bytes: Payload) {
    self.identifier = identifier
    self.bytes = bytes
  }
}
