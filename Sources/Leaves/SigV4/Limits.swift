/// Bounds on what a request may make the verifier work through. Each lies well above what clients send.
enum Limits {
  /// Bytes of an Authorization header.
  static let authorization = 4096
  /// Bytes of a request target, query included.
  static let target = 16_384
  /// Parameters of a query.
  static let parameters = 128
  /// Names in a list of signed headers.
  static let signedHeaders = 64
  /// Headers of a request.
  static let headers = 256
  /// Bytes of an access key id.
  static let accessKey = 128
  /// Bytes of a session's token.
  static let sessionToken = 12_288
  /// Bytes of a Region or service name.
  static let scopeName = 32
  /// How far the signer's clock may be from ours, in seconds.
  static let skew: Int64 = 300
  /// The longest life of a presigned request, in seconds: seven days.
  static let lifetime: Int64 = 604_800
}
