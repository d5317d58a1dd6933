import WireJSON

/// What is taken from tokens and issuers, checked before anything is computed with it.
enum TokenLimits {
  /// Characters of a token: what AWS takes.
  static let token = 20_000
  static let header = JSONDocument.Limits(depth: 4, nodes: 64)
  static let claims = JSONDocument.Limits(depth: 16, nodes: 2_000)
  /// Bytes of a key's id, an issuer, a subject, an audience, a token's own id.
  static let text = 2_048
  static let audiences = 64
  /// Claims that conditions can ask about, and values of one.
  static let conditionClaims = 128
  static let conditionValues = 128
  /// Bytes of a document that an issuer publishes.
  static let document = 256 << 10
  static let keySet = JSONDocument.Limits(depth: 16, nodes: 8_000)
  static let keys = 100
  /// Characters of a certificate.
  static let certificate = 32 << 10
  /// Bits of an RSA modulus.
  static let modulus = 2048...8192
  /// Bytes of an RSA exponent.
  static let exponent = 4
  /// Seconds that an issuer's clock may be ahead of this one.
  static let skew: Int64 = 60
  /// Seconds for which a client may vouch for itself by one assertion; clients take minutes.
  static let assertion: Int64 = 24 * 3600
  /// Seconds that an issuer may take to answer.
  static let patience: Int64 = 5
  /// Tokens for one use that are remembered of one issuer.
  static let remembered = 100_000
  /// The server's own tokens that needn't be verified a second time.
  static let verified = 4_096
}
