import KMSIdentity
import SigV4

extension AWSError {
  /// The one table from what identity found to the wire.
  init(_ error: IdentityError) {
    switch error {
    case .refused(let refusal): self.init(refusal)
    case .unknownKey, .invalidToken: self = .unknownAccessKey
    case .throttled: self = .throttled
    case .fault(let fault): self.init(fault)
    }
  }

  private init(_ refusal: SigV4Refusal) {
    switch refusal {
    case .missing: self = .missingAuthentication
    case .incomplete(let parts): self = .incompleteSignature(AWSError.text(parts))
    case .malformed(let what): self.init(what)
    case .scope(let fault): self = .invalidSignature(AWSError.text(fault))
    case .expired(let lateness):
      let limit = lateness.now.advanced(by: -lateness.allowance)
      self = .invalidSignature(
        "Signature expired: \(lateness.signedAt.text) is now earlier than \(limit.text) "
          + "(\(lateness.now.text) - \(AWSError.text(seconds: lateness.allowance)).)")
    case .notYetCurrent(let lateness):
      let limit = lateness.now.advanced(by: lateness.allowance)
      self = .invalidSignature(
        "Signature not yet current: \(lateness.signedAt.text) is still later than \(limit.text) "
          + "(\(lateness.now.text) + \(AWSError.text(seconds: lateness.allowance)).)")
    case .signatureMismatch: self = .signatureMismatch
    }
  }

  private init(_ malformation: SigV4Refusal.Malformation) {
    switch malformation {
    case .algorithm:
      self = .incompleteSignature("Unsupported AWS 'algorithm': only AWS4-HMAC-SHA256 is supported.")
    case .twoForms: self = .incompleteSignature("Authorization is in the header and in the query.")
    case .authorization:
      self = .incompleteSignature("Authorization header is not a list of name=value pairs.")
    case .duplicate(let name): self = .incompleteSignature("'\(name)' may stand only once.")
    case .credentialElements, .credential:
      self = .incompleteSignature(
        "Credential must have exactly 5 slash-delimited elements, "
          + "e.g. keyid/date/region/service/term")
    case .signature: self = .incompleteSignature("Signature is not 64 lower-case hexadecimal digits.")
    case .signedHeaders: self = .incompleteSignature("SignedHeaders is not a sorted list of distinct names.")
    case .hostNotSigned: self = .invalidSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.")
    case .headerNotSigned(let name):
      self = .invalidSignature("'\(name)' must be a 'SignedHeader' in the AWS Authorization.")
    case .date:
      self = .incompleteSignature(
        "Date must be in ISO-8601 'basic format', e.g. 20150830T123600Z.")
    case .expires: self = .incompleteSignature("X-Amz-Expires must be from 1 to 604800 seconds.")
    case .target: self = .incompleteSignature("The request target is malformed.")
    case .tooLarge: self = .incompleteSignature("The authorization is too large.")
    }
  }

  static func signedForAnotherService(_ service: String, not wanted: String) -> AWSError {
    .invalidSignature("Credential should be scoped to correct service: '\(wanted)'.")
  }

  private static func text(_ parts: SigV4Refusal.MissingParts) -> String {
    var sentences: [String] = []
    if parts.contains(.algorithm) { sentences.append("Authorization requires 'X-Amz-Algorithm' parameter.") }
    if parts.contains(.credential) {
      sentences.append("Authorization header requires 'Credential' parameter.")
    }
    if parts.contains(.signature) { sentences.append("Authorization header requires 'Signature' parameter.") }
    if parts.contains(.signedHeaders) {
      sentences.append("Authorization header requires 'SignedHeaders' parameter.")
    }
    if parts.contains(.date) {
      sentences.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    }
    if parts.contains(.expires) { sentences.append("Authorization requires 'X-Amz-Expires' parameter.") }
    return sentences.joined(separator: " ")
  }

  private static func text(_ fault: SigV4Refusal.ScopeFault) -> String {
    switch fault {
    case .date(let credential, let signedAt):
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        + "'\(credential)' != '\(signedAt.date)', from '\(signedAt.text)'."
    case .region: "Credential should be scoped to a valid region."
    case .service(let service): "Credential should be scoped to correct service, not '\(service)'."
    case .terminator: "Credential should be scoped with a valid terminator: 'aws4_request'."
    }
  }

  /// "5 min" or "90 s".
  private static func text(seconds: Int64) -> String {
    seconds.isMultiple(of: 60) ? "\(seconds / 60) min" : "\(seconds) s"
  }
}
