import KMSDomain
import NetKit
import WireJSON

/// Answers in the form of AWS JSON 1.1.
enum AWSResponse {
  private static let contentType = "application/x-amz-json-1.1"

  static func success(_ body: [UInt8], _ id: RequestID) -> WireResponse {
    response(200, contentType, body, id)
  }

  /// The error's own type and message; no message member where AWS sends none.
  static func failure(_ error: AWSError, _ id: RequestID) -> WireResponse {
    var output = JSONWriter(capacity: 160)
    output.beginObject()
    output.member("__type", error.type)
    if let message = error.message { output.member("message", message) }
    output.endObject()
    return response(error.status, contentType, output.bytes, id)
  }

  static func xml(_ status: Int, _ body: [UInt8], _ id: RequestID) -> WireResponse {
    response(status, "text/xml", body, id)
  }

  private static func response(
    _ status: Int, _ type: String, _ body: [UInt8], _ id: RequestID
  ) -> WireResponse {
    WireResponse(
      status: status,
      fields: [("x-amzn-requestid", id.text), ("cache-control", "no-store"), ("content-type", type)],
      body: body)
  }
}
