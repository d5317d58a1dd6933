import WireJSON

/// Why a vault refuses, in Azure's words.
struct AzureError: Error, Equatable, Sendable {
  let status: Int
  let code: String
  /// What exactly, where the code alone says little.
  let inner: String?
  let message: String
  /// In how many seconds it may succeed.
  let retryAfter: Int?
  /// Whether the engine has written it down.
  var isRecorded = false

  init(_ status: Int, _ code: String, inner: String? = nil, _ message: String, retryAfter: Int? = nil) {
    self.status = status
    self.code = code
    self.inner = inner
    self.message = message
    self.retryAfter = retryAfter
  }

  var answer: VaultAnswer {
    .json(status: status) { json in
      json.beginObject()
      json.name("error")
      json.beginObject()
      json.member("code", code)
      json.member("message", message)
      if let inner {
        json.name("innererror")
        json.beginObject()
        json.member("code", inner)
        json.endObject()
      }
      json.endObject()
      json.endObject()
    }
  }
}

extension AzureError {
  static func badParameter(_ message: String) -> AzureError { AzureError(400, "BadParameter", message) }

  /// A property whose value can't be.
  static func invalid(_ property: String) -> AzureError {
    badParameter("Property \(property) has invalid value")
  }

  static let malformed = badParameter("The request body could not be read as JSON.")
  static let noAPIVersion = badParameter("api-version must be specified")

  static func unknownAPIVersion(_ text: String) -> AzureError {
    badParameter(
      "The specified version (\(text)) is not recognized. Consider using the latest supported version (2026-04-01)."
    )
  }

  static func throttled(after seconds: Int) -> AzureError {
    AzureError(
      429, "Throttled",
      "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
      retryAfter: seconds)
  }

  static let notFound = AzureError(404, "NotFound", "There is nothing here.")
  static let methodNotAllowed = AzureError(
    405, "MethodNotAllowed", "The request method is not allowed here.")

  /// What Azure has and this server hasn't.
  static func notOffered(_ what: String) -> AzureError {
    AzureError(501, "NotImplemented", "\(what) are not offered by this server.")
  }
}
