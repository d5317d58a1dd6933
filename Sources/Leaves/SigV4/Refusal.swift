/// Why a request proves nobody's identity. No case carries a secret, a token or a signature.
package enum SigV4Refusal: Error, Equatable, Sendable {
  /// The request names no credentials at all.
  case missing
  /// Credentials are there but parts of them are not.
  case incomplete(MissingParts)
  case malformed(Malformation)
  /// The credential is whole, but not for where and when the request is.
  case scope(ScopeFault)
  /// Signed too long ago, or the presigned life is over.
  case expired(Lateness)
  /// Signed further ahead than clocks may differ.
  case notYetCurrent(Lateness)
  /// The signer signed something else, or with another secret. Also when the body isn't the one that was announced.
  case signatureMismatch

  package struct MissingParts: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let credential = MissingParts(rawValue: 1)
    package static let signedHeaders = MissingParts(rawValue: 2)
    package static let signature = MissingParts(rawValue: 4)
    /// Neither of the two headers that say when, or no X-Amz-Date in the query.
    package static let date = MissingParts(rawValue: 8)
    /// X-Amz-Expires in the query.
    package static let expires = MissingParts(rawValue: 16)
    /// X-Amz-Algorithm in the query.
    package static let algorithm = MissingParts(rawValue: 32)
  }

  package enum Malformation: Equatable, Sendable {
    /// Something else than AWS4-HMAC-SHA256.
    case algorithm
    /// Credentials in the Authorization header and in the query.
    case twoForms
    /// The Authorization header isn't a list of name=value, or has a name that it shouldn't.
    case authorization
    /// A part, header or query parameter that may stand once stands twice.
    case duplicate(String)
    /// Not five elements between slashes.
    case credentialElements
    /// An element holds what no element may.
    case credential
    /// Not 64 lower-case hex digits.
    case signature
    /// Not a sorted list of distinct header names in lower case.
    case signedHeaders
    /// The list of signed headers lacks `host`.
    case hostNotSigned
    /// A header of the request that must be signed and isn't.
    case headerNotSigned(String)
    /// Not a date in the one form that its place allows.
    case date
    /// Not a number of seconds from 1 to 604,800.
    case expires
    /// The target isn't a path with an optional, well-encoded query.
    case target
    /// Longer or more numerous than any client needs.
    case tooLarge
  }

  package enum ScopeFault: Equatable, Sendable {
    /// The credential's day isn't the day on which the request was signed.
    case date(credential: String, signedAt: Timestamp)
    case region(String)
    case service(String)
    case terminator(String)
  }

  /// The three figures of a complaint about time: signed at, compared with `now` moved by `allowance`.
  package struct Lateness: Equatable, Sendable {
    package let signedAt: Timestamp
    package let now: Timestamp
    /// Seconds: the permitted skew, or the life of a presigned request.
    package let allowance: Int64

    package init(signedAt: Timestamp, now: Timestamp, allowance: Int64) {
      self.signedAt = signedAt
      self.now = now
      self.allowance = allowance
    }
  }
}
