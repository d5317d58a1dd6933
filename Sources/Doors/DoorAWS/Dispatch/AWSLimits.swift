import WireJSON

/// What the door takes from outside, checked before anything is allocated for it.
enum AWSLimits {
  /// The deepest structure of the service model has four levels; the rest is room for clients that send more.
  static let json = JSONDocument.Limits(depth: 16, nodes: 20_000)
  /// Parameters of a form: what JSON of `nodes` values could say in so many pieces.
  static let formPairs = 5000
  /// Bytes of a form that carries no signature: a token has 20,000 characters, a policy 2,048, each up to three bytes.
  static let unsignedForm = 64 << 10
  /// Bytes of a client's name for itself that reach the audit log.
  static let userAgent = 256
  /// Characters of a caller's value that an error message repeats.
  static let quotedValue = 4096
  /// Bytes of all names and values of an encryption context.
  static let encryptionContext = 8192
}
