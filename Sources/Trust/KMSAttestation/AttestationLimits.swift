import CBOR

/// What is taken from an attestation document, checked before anything is computed with it.
enum AttestationLimits {
  /// Bytes of a whole document. Real ones have about five thousand.
  static let document = 64 << 10
  /// A document has four levels; certificates, registers and members together are far fewer.
  static let cbor = CBORReader.Limits(depth: 8, items: 512)
  /// Bytes of the name of who made it.
  static let moduleName = 1024
  /// Bytes of one certificate.
  static let certificate = 4096
  /// Certificates beside the signer's own. Real documents have four.
  static let bundle = 8
  /// Bytes of the key that secrets are encrypted with.
  static let publicKey = 1024
  /// Registers are numbered from 0.
  static let registers = 0..<32
  /// Seconds that a document may be old, or ahead of this server's clock. AWS publishes no number; requests signed by access
  /// keys have the same.
  static let freshness: Int64 = 300
}
