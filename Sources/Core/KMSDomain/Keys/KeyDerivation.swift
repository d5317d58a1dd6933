/// How a secret comes from a key and public data, when every detail is the caller's choice.
///
/// Where the method yields more bytes than asked for, the first are taken; where it yields fewer, derivation fails.
package enum KeyDerivation: Hashable, Sendable {
  /// The key is the password (RFC 8018).
  case pbkdf2(HashFunction, salt: [UInt8], iterations: Int)
  /// The hash of the key, then the data.
  case hash(HashFunction, data: [UInt8])
  /// HMAC of the data by the key.
  case hmac(HashFunction, data: [UInt8])
  /// The data, encrypted by the key.
  case encrypt(CipherParameters, data: [UInt8])
  /// NIST SP 800-108, with a counter of 32 bits before the fixed input, which is the data as it is: label, separator, context
  /// and length are the caller's to put together.
  case sp800_108(KeyDerivationMode, by: MACMethod, data: [UInt8])
  /// RFC 5869, both steps.
  case hkdf(HashFunction, salt: [UInt8], info: [UInt8])
  /// Key agreement with another party's public key (SubjectPublicKeyInfo, DER): the x-coordinate, or the shared number as long as
  /// the group's prime.
  case agreement(peer: [UInt8])
  /// HMAC-SHA-256 again and again: first by "AWS4" and the key over the first step, then by the result over the next. With date,
  /// Region, service and "aws4_request" it is AWS Signature Version 4's signing key.
  case awsSignature(steps: [[UInt8]])
}

package enum KeyDerivationMode: Hashable, Sendable {
  case counter
  /// The IV is what stands for the block before the first: as long as one, or empty.
  case feedback(iv: [UInt8])
  case doublePipeline
}

extension KeyDerivation {
  /// The most rounds of PBKDF2 that custody computes, for all blocks of the output together: some seconds.
  package static let mostIterations = 10_000_000
  /// The most bytes that custody derives.
  package static let longestOutput = 16 << 10
}
