/// The parameters of scrypt (RFC 7914 section 2), stored with what they protect.
package struct ScryptCost: Hashable, Sendable {
  /// The binary logarithm of N.
  package let logN: UInt8
  package let r: UInt8
  package let p: UInt8

  /// N = 2^17, r = 8, p = 1: 128 MiB for the duration of one derivation.
  package static let standard = ScryptCost(trustedLogN: 17)
  /// Cheap enough for hundreds of tests, and worthless against a guesser.
  package static let insecureForTests = ScryptCost(trustedLogN: 10)

  private init(trustedLogN: UInt8) {
    logN = trustedLogN
    r = 8
    p = 1
  }

  /// What a file may ask of this machine: at most 512 MiB.
  /// - Returns: nil for other parameters.
  init?(logN: UInt8, r: UInt8, p: UInt8) {
    guard (10...19).contains(logN), r == 8, p == 1 else { return nil }
    self.init(trustedLogN: logN)
  }

  /// Bytes that one derivation takes.
  package var memory: Int { 128 * Int(r) << Int(logN) }
}
