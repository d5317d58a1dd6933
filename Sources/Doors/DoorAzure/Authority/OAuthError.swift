import Foundation
import KMSDomain
import KMSIdentity
import NetKit
import WireJSON

/// Why there is no token: OAuth's word (RFC 6749 section 5.2) and the number by which Azure's clients and their users know it.
struct OAuthError: Error, Equatable {
  let word: String
  let number: Int
  let message: String
  let status: Int
  /// For the audit record.
  let code: String
  /// Seconds; nil where trying again changes nothing.
  var retryAfter: Int?

  init(
    _ word: String, _ number: Int, _ message: String, status: Int = 400, code: String? = nil,
    retryAfter: Int? = nil
  ) {
    self.word = word
    self.number = number
    self.message = message
    self.status = status
    self.code = code ?? word
    self.retryAfter = retryAfter
  }

  static let malformed = OAuthError("invalid_request", 900_144, "The request body isn't a form.")

  static let malformedCredentials = OAuthError(
    "invalid_request", 900_144, "The Authorization header can't be read, or says other than the body.")

  static func missing(_ name: String) -> OAuthError {
    OAuthError(
      "invalid_request", 900_144, "The request body must contain the following parameter: '\(name)'.")
  }

  static let noTenant = OAuthError(
    "invalid_request", 90_002, "Tenant not found. Check to make sure you have the correct tenant ID.")

  static let grantType = OAuthError(
    "unsupported_grant_type", 70_003, "The app requested an unsupported grant type.")

  static let assertionType = OAuthError(
    "invalid_request", 900_961, "The value of 'client_assertion_type' is not supported.")

  static let scope = OAuthError(
    "invalid_scope", 1_002_012,
    "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier."
  )

  static let resource = OAuthError(
    "invalid_resource", 500_011, "The resource principal was not found in the tenant.")

  static let noClient = OAuthError(
    "unauthorized_client", 700_016, "The application was not found in the directory.",
    code: "unknownApplication")

  static let noCredential = OAuthError(
    "invalid_client", 7_000_216,
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    status: 401)

  static let throttled = OAuthError(
    "temporarily_unavailable", 50_196, "Too many requests. Try again later.", status: 429, code: "throttled",
    retryAfter: 1)

  /// - Parameter bySecret: by what the client wanted to prove itself.
  init(_ error: BearerError, bySecret: Bool) {
    switch error {
    case .unknown, .otherAccount: self = .noClient
    case .wrongCredential, .token:
      self =
        bySecret
        ? OAuthError(
          "invalid_client", 7_000_215,
          "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, and that it has not expired.",
          status: 401, code: error.code)
        : OAuthError(
          "invalid_client", 700_027,
          "The certificate or token with which the client assertion was made is not registered on the application, or the assertion is not valid.",
          status: 401, code: error.code)
    case .throttled: self = .throttled
    case .fault(let error): self.init(error)
    }
  }

  init(_ error: KMSError) {
    self.init(
      "temporarily_unavailable", 90_033, "A transient error has occurred. Please try again.", status: 503,
      code: error.code, retryAfter: 1)
  }
}

extension OAuthError {
  func answer(_ request: RequestID, at now: Instant) -> WireResponse {
    let time = Date(timeIntervalSince1970: Double(now.milliseconds / 1000)).ISO8601Format()
    var json = JSONWriter()
    json.beginObject()
    json.member("error", word)
    json.member(
      "error_description",
      "AADSTS\(number): \(message) Trace ID: \(request.text) Correlation ID: \(request.text) Timestamp: \(time)"
    )
    json.name("error_codes")
    json.beginArray()
    json.value(number)
    json.endArray()
    json.member("timestamp", time)
    json.member("trace_id", request.text)
    json.member("correlation_id", request.text)
    json.endObject()
    var response = AuthorityAnswer.json(json.bytes, status: status, isSecret: true)
    if let retryAfter { response.add("retry-after", String(retryAfter)) }
    return response
  }
}
