import KMSBytes

/// An error in the form of AWS JSON 1.1.
///
/// `message` is nil where AWS sends no message member at all, which clients see as an empty one.
struct AWSError: Error, Equatable, Sendable {
  /// As in `__type`: the name of the error shape.
  let type: String
  let message: String?
  /// 400, but for faults of ours (500).
  let status: Int

  init(_ type: String, _ message: String?, status: Int = 400) {
    self.type = type
    self.message = message
    self.status = status
  }
}

// Names.
extension AWSError {
  static func invalidKeyID(_ text: String) -> AWSError {
    notFound("Invalid keyId '\(AWSError.quoted(text))'")
  }
  static func invalidARN(region: String) -> AWSError { notFound("Invalid arn \(AWSError.quoted(region))") }
  static func keyAbsent(_ arn: String) -> AWSError { notFound("Key '\(arn)' does not exist") }
  static func aliasAbsent(_ arn: String) -> AWSError { notFound("Alias \(arn) is not found.") }

  static func materialAbsent(_ id: String) -> AWSError { notFound("Key material '\(id)' does not exist") }
  static func grantAbsent(_ id: String) -> AWSError { notFound("Grant ID \(id) not found") }
  static func invalidPrincipal(_ text: String) -> AWSError {
    AWSError("InvalidArnException", "ARN does not refer to a valid principal: \(AWSError.quoted(text))")
  }

  private static func notFound(_ message: String) -> AWSError { AWSError("NotFoundException", message) }

  static let aliasWithoutPrefix = AWSError.validation(
    "Alias must start with the prefix \"alias/\". "
      + "Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html")
  static let invalidAliasName = AWSError(
    "InvalidAliasNameException", "The specified alias name is not valid.")
  static let reservedAlias = AWSError("NotAuthorizedException", nil)
}

// Requests that don't fit the service model.
extension AWSError {
  static func validation(_ message: String) -> AWSError { AWSError("ValidationException", message) }
  static func serialization(_ message: String?) -> AWSError { AWSError("SerializationException", message) }
  static func unsupported(_ message: String?) -> AWSError {
    AWSError("UnsupportedOperationException", message)
  }
  static let unknownOperation = AWSError("UnknownOperationException", nil)
  static func limitExceeded(_ message: String) -> AWSError { AWSError("LimitExceededException", message) }
  static func tags(_ message: String) -> AWSError { AWSError("TagException", message) }
  static let notAnObject = AWSError.serialization("Start of structure or map expected")

  /// Text of the caller inside a message: as it is up to a length that no well-formed value reaches.
  static func quoted(_ text: String) -> String {
    text.truncated(toBytes: AWSLimits.quotedValue)
  }
}
