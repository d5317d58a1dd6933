/// What is wrong with a request for cryptography whose every detail is the caller's choice. None carries any of its data.
package enum CryptoFault: String, CaseIterable, Sendable {
  /// The key is of a kind that can't be used so.
  case keyKind
  case missingIV
  case ivLength
  case tagLength
  case missingTag
  /// Associated data, where the mode takes none.
  case associatedData
  /// Padding, where the mode takes none.
  case padding
  /// Not whole blocks, too long, too short: the algorithm doesn't take so many bytes.
  case dataLength
  /// What was given as a hash is longer or shorter than the hash function's, or than the scheme takes.
  case digestLength
  case saltLength
  /// A hash function is missing, or one was given where none is taken.
  case hash
  /// The derivation doesn't yield so many bytes.
  case outputLength
  case iterations
  /// Such a key isn't written in this form, or hasn't this number.
  case form
  /// Numbers of parts that make no sense, or a secret that the method can't divide.
  case sharing
  /// Parts that don't go together, or too few of them.
  case shares
  /// The material may not leave custody.
  case notExportable
  /// The stream has had its end, or broke.
  case streamEnded
  /// More data than a stream of this mode takes.
  case streamTooLong
}
