import HTTPTypes
import KMSDomain
import NetKit
import WireJSON

/// Answers in the form of AWS JSON 1.1.
enum AWSResponse {
  private static let contentType = "application/x-amz-json-1.1"

  static func success(_ body: [UInt8], _ id: RequestID) -> FastResponse {
    response(.ok, contentType, body, id)
  }

  /// The error's own type and message; no message member where AWS sends none.
  static func failure(_ error: AWSError, _ id: RequestID) -> FastResponse {
    var output = JSONWriter(capacity: 160)
    output.beginObject()
    output.member("__type", error.type)
    if let message = error.message { output.member("message", message) }
    output.endObject()
    return response(HTTPResponse.Status(code: error.status), contentType, output.bytes, id)
  }

  static func xml(_ status: HTTPResponse.Status, _ body: [UInt8], _ id: RequestID) -> FastResponse {
    response(status, "text/xml", body, id)
  }

  private static func response(
    _ status: HTTPResponse.Status, _ type: String, _ body: [UInt8], _ id: RequestID
  ) -> FastResponse {
    var fields = HTTPFields()
    fields.reserveCapacity(4)
    fields.append(HTTPField(name: requestID, value: id.text))
    fields.append(HTTPField(name: .cacheControl, value: "no-store"))
    fields.append(HTTPField(name: .contentType, value: type))
    fields.append(HTTPField(name: .contentLength, value: String(body.count)))
    return FastResponse(head: HTTPResponse(status: status, headerFields: fields), body: body)
  }

  // The literal is a valid field name, so the alternative is never taken.
  private static let requestID = HTTPField.Name("x-amzn-requestid") ?? .contentLocation
}
