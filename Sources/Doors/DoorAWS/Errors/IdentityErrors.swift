// Who is calling: the errors of AWS's signature check, which every service answers alike.
extension AWSError {
  static let missingAuthentication = AWSError(
    "MissingAuthenticationTokenException", "Missing Authentication Token")
  static let unknownAccessKey = AWSError(
    "UnrecognizedClientException", "The security token included in the request is invalid.")
  static let signatureMismatch = AWSError.invalidSignature(
    "The request signature we calculated does not match the signature you provided. "
      + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")

  static func invalidSignature(_ message: String) -> AWSError {
    AWSError("InvalidSignatureException", message)
  }
  static func incompleteSignature(_ message: String) -> AWSError {
    AWSError("IncompleteSignatureException", message)
  }
}

extension AWSError {
  /// The same error as services of the Query protocol tell it, STS among them: other names, other statuses.
  var inQueryProtocol: AWSError {
    switch type {
    case "MissingAuthenticationTokenException":
      AWSError("MissingAuthenticationToken", "Request is missing Authentication Token", status: 403)
    case "UnrecognizedClientException": AWSError("InvalidClientTokenId", message, status: 403)
    case "InvalidSignatureException": AWSError("SignatureDoesNotMatch", message, status: 403)
    case "IncompleteSignatureException": AWSError("IncompleteSignature", message)
    case "ExpiredTokenException": AWSError("ExpiredToken", message, status: 403)
    case "AccessDeniedException": AWSError("AccessDenied", message, status: 403)
    case "UnknownOperationException": AWSError("InvalidAction", message)
    case "ValidationException": AWSError("ValidationError", message)
    case "ThrottlingException": AWSError("Throttling", "Rate exceeded")
    case "KMSInternalException": AWSError("InternalFailure", message, status: 500)
    case "DependencyTimeoutException", "KeyUnavailableException":
      AWSError("ServiceUnavailable", message, status: 503)
    default: AWSError(type.hasSuffix("Exception") ? String(type.dropLast(9)) : type, message, status: status)
    }
  }
}
