import KMSDomain
import KMSIdentity

extension SessionFault {
  /// In the words of STS.
  var awsError: AWSError {
    switch self {
    case .tooLong:
      .validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    case .tooLongInChain:
      .validation(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
    case .tooLarge(let size):
      AWSError(
        "PackedPolicyTooLarge",
        "Packed policy consumes \(size)% of allotted space, please use smaller policy.")
    case .policyNotFound(let name): .validation("Policy \(AWSError.quoted(name)) does not exist.")
    case .transitiveTagMissing:
      .validation("The specified transitive tag key must be included in the requested tags.")
    case .tagInherited(let key):
      .validation("The session tag \(key) was set as transitive by the calling session and can't be changed.")
    case .sourceIdentityFixed:
      AWSError(
        "AccessDeniedException", "The source identity of the calling session can't be changed.")
    case .secondFactor: .secondFactor
    case .invalidMessage:
      AWSError(
        "InvalidAuthorizationMessageException", "Message is not valid")
    case .unknownAccessKey: .validation("The access key ID isn't one of this server's.")
    }
  }
}

extension AWSError {
  static let secondFactor = AWSError(
    "AccessDeniedException", "MultiFactorAuthentication failed with invalid MFA one time pass code. ")
  static let duplicateSessionTags = AWSError(
    "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
  static let reservedSessionTag = AWSError(
    "InvalidParameterValue", "Tag keys beginning with aws: are reserved.")
  static let unsupportedProvider = AWSError.unsupported(
    "ProviderId is for providers of OAuth 2.0 access tokens, of which this server trusts none.")
  static let unsupportedSAML = AWSError.unsupported(
    "SAML is not supported by this server: it trusts providers of OpenID Connect only.")

  /// The one table from what a token failed by to the wire.
  init(_ error: WebIdentityError) {
    switch error {
    case .token(let fault): self.init(fault)
    case .noProvider(let issuer):
      self = .invalidIdentityToken(
        "No OpenIDConnect provider found in your account for \(AWSError.quoted(issuer))")
    case .throttled: self = .throttled
    case .fault(let fault): self.init(fault)
    }
  }

  private init(_ fault: TokenFault) {
    switch fault {
    case .malformed:
      self = .invalidIdentityToken(
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
    case .missingClaim(let name): self = .invalidIdentityToken("Missing a required claim: \(name)")
    case .unknownIssuer:
      self = .invalidIdentityToken("No OpenIDConnect provider found for the issuer of the token")
    case .algorithm:
      self = .invalidIdentityToken("The token is not signed by an algorithm that its issuer is known to use")
    case .unknownKey: self = .invalidIdentityToken(AWSError.noVerificationKey)
    case .badSignature: self = .invalidIdentityToken("The signature of the token is not valid")
    case .wrongAudience: self = .invalidIdentityToken("Incorrect token audience")
    case .expired(let now, let expiry):
      self.init(
        "ExpiredIdentityTokenException",
        "Token expired: current date/time \(now) must be before the expiration date/time \(expiry)")
    case .notYetValid: self = .invalidIdentityToken("The token is not valid yet")
    case .tooLongLived: self = .invalidIdentityToken("The token is valid for too long")
    case .replayed: self = .invalidIdentityToken("The token was used before")
    case .tooManyTokens: self = .throttled
    case .issuerUnreachable: self.init("IDPCommunicationError", AWSError.noVerificationKey)
    }
  }

  private static func invalidIdentityToken(_ message: String) -> AWSError {
    AWSError("InvalidIdentityToken", message)
  }

  private static let noVerificationKey =
    "Couldn't retrieve verification key from your identity provider,  "
    + "please reference AssumeRoleWithWebIdentity documentation for requirements"
}
