/// An environment that has proved what runs in it: secrets go to its key instead of to the caller.
///
/// Only an `AttestationVerifier` makes one of a document. A class, so that the facts of all other requests stay small.
package final class Recipient: Sendable {
  package enum Platform: Sendable {
    /// A virtual machine made of one image.
    case enclave
    /// A whole machine, measured by a trusted platform module.
    case measuredMachine
  }

  package let platform: Platform
  /// Who vouches for it, in its own words.
  package let module: String
  /// Platform configuration registers by number: hex digits in lower case.
  package let registers: [Int: String]
  /// SubjectPublicKeyInfo (DER); whether it is of a usable kind is custody's to say.
  package let publicKey: [UInt8]

  package init(platform: Platform, module: String, registers: [Int: String], publicKey: [UInt8]) {
    self.platform = platform
    self.module = module
    self.registers = registers
    self.publicKey = publicKey
  }

  /// The measurement of the image; nil where there is no image.
  package var image: String? { register(0, of: .enclave) }

  /// A register, if the recipient is of that platform: the same number means something else on another.
  package func register(_ number: Int, of platform: Platform) -> String? {
    self.platform == platform ? registers[number] : nil
  }
}

/// Why an attestation document proves nothing.
package enum AttestationFault: String, Sendable, CaseIterable {
  /// The server was told of no roots, so that it can believe nobody.
  case noRoots
  /// Not of the documented structure.
  case malformed
  /// Its certificates don't lead to a root of this server, or not at this time, or may not sign.
  case untrusted
  /// The signature isn't by the certificate's key over the document.
  case badSignature
  /// Made too long ago, or in the future.
  case notFresh
  /// It has no key to encrypt with.
  case noPublicKey
}
