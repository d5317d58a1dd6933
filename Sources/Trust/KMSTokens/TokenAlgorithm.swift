/// How a token may be signed (RFC 7518 section 3.1). There is nothing here for `none` or for shared secrets, so neither can be
/// asked for, configured or mistaken for anything.
package enum TokenAlgorithm: String, CaseIterable, Sendable {
  case rs256 = "RS256"
  case rs384 = "RS384"
  case rs512 = "RS512"
  case ps256 = "PS256"
  case ps384 = "PS384"
  case ps512 = "PS512"
  case es256 = "ES256"
  case es384 = "ES384"
  case es512 = "ES512"

  /// What a key needs to be for it.
  enum Family: Equatable {
    case rsa
    /// With the curve's name and the bytes of a coordinate.
    case curve(String, coordinate: Int)
  }

  var family: Family {
    switch self {
    case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa
    case .es256: .curve("P-256", coordinate: 32)
    case .es384: .curve("P-384", coordinate: 48)
    case .es512: .curve("P-521", coordinate: 66)
    }
  }
}
