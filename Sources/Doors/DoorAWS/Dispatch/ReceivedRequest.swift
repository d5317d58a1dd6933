import KMSBytes
import KMSDomain
import NetKit
import SigV4

/// A request as it came in, with what both lanes need of its head: read once, in one pass over the fields.
struct ReceivedRequest: Sendable {
  let origin: RequestOrigin
  let signed: SignedRequest
  let body: WipedBytes
  /// `X-Amz-Target`; nil when it is absent, there twice, or beside a content type of another protocol.
  let target: String?
  /// The form-encoded protocol of STS, as opposed to JSON.
  let isQuery: Bool

  init(_ request: WireRequest, _ id: RequestID) {
    let fields = request.fields
    var targets = 0
    var target: FieldTable.Field?
    var contentType: FieldTable.Field?
    var userAgent: FieldTable.Field?
    for field in fields.fields {
      switch field.name.count {
      case 12 where fields.has("x-amz-target", at: field):
        target = target ?? field
        targets += 1
      case 12 where fields.has("content-type", at: field): contentType = field
      case 10 where fields.has("user-agent", at: field): userAgent = field
      default: break
      }
    }
    let type = contentType.map { ReceivedRequest.protocolName(fields, $0.value) } ?? .json
    self.target = targets == 1 && type == .json ? target.map { fields.text($0.value) } : nil
    isQuery = targets == 0 && type == .query
    origin = RequestOrigin(
      id: id, door: "aws", source: request.connection.source, isEncrypted: request.connection.isEncrypted,
      userAgent: userAgent.map { fields.text($0.value).truncated(toBytes: AWSLimits.userAgent) } ?? "")
    signed = SignedRequest(
      method: request.method, target: request.target, headers: fields, payload: PayloadHash(of: request.body))
    body = request.body
  }

  private enum Form {
    case json
    case query
    case other
  }

  /// By the content type, with or without parameters; clients that say nothing are taken at their target's word.
  private static func protocolName(_ fields: FieldTable, _ value: Range<Int>) -> Form {
    let bytes = fields.bytes.span
    var end = value.lowerBound
    while end < value.upperBound, bytes[end] != UInt8(ascii: ";"), bytes[end] != UInt8(ascii: " ") {
      end += 1
    }
    let type = value.lowerBound..<end
    if AsciiWord.matches(bytes, type, "application/x-amz-json-1.1") { return .json }
    return AsciiWord.matches(bytes, type, "application/x-www-form-urlencoded") ? .query : .other
  }
}
