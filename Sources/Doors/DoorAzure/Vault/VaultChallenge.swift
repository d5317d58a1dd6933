import KMSDomain
import KMSIdentity

/// Why somebody who comes to a vault hasn't shown who it is.
enum VaultChallenge: Error {
  /// There is no token: clients come so first, to hear where they get one.
  case missing
  case refused(BearerError)
  case throttled
  case unavailable

  /// For the log of what was refused; nil for what happens all day.
  var code: String? {
    switch self {
    case .missing: nil
    case .refused(let error): error.code
    case .throttled: "throttled"
    case .unavailable: "unavailable"
    }
  }

  static let tooMany = AzureError.throttled(after: 1)

  func error(_ audience: String) -> AzureError {
    switch self {
    case .missing:
      AzureError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")
    case .refused(.token(.wrongAudience)):
      AzureError(401, "Unauthorized", "AKV10022: Invalid audience. Expected \(audience).")
    case .refused(.otherAccount), .refused(.token(.unknownIssuer)):
      AzureError(401, "Unauthorized", "AKV10032: Invalid issuer.")
    case .refused(.token(.expired)), .refused(.token(.notYetValid)):
      AzureError(401, "Unauthorized", "AKV10001: The token is not valid at this time.")
    case .refused, .throttled, .unavailable:
      AzureError(401, "Unauthorized", "AKV10001: The token proves nobody here.")
    }
  }
}
