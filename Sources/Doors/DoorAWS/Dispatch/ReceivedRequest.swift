import HTTPTypes
import KMSBytes
import KMSDomain
import NIOCore
import NetKit
import SigV4

/// A request as it came in, with what both lanes need of its head: read once, in one pass over the fields.
struct ReceivedRequest: Sendable {
  let origin: RequestOrigin
  let signed: SignedRequest
  /// The body: in memory that is wiped when the last user lets go.
  let body: WipedBytes
  /// `X-Amz-Target`; nil when it is absent, there twice, or beside a content type of another protocol.
  let target: String?
  /// The form-encoded protocol of STS, as opposed to JSON.
  let isQuery: Bool

  init(_ head: HTTPRequest, _ body: ByteBuffer, _ connection: ConnectionFacts, _ id: RequestID) {
    var headers: [(name: String, value: String)] = []
    headers.reserveCapacity(head.headerFields.count + 1)
    // HTTP types keep Host apart; the signature has it among the others.
    if let host = head.authority { headers.append(("host", host)) }
    var targets: [String] = []
    var contentType: String?
    var userAgent = ""
    for field in head.headerFields {
      let name = field.name.canonicalName
      let value = field.value
      switch name {
      case "x-amz-target": targets.append(value)
      case "content-type": contentType = value
      case "user-agent": userAgent = value
      default: break
      }
      headers.append((name, value))
    }
    target = targets.count == 1 && ReceivedRequest.isJSON(contentType) ? targets.first : nil
    isQuery =
      targets.isEmpty && contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
    let bytes = Array(buffer: body)
    signed = SignedRequest(
      method: head.method.rawValue, target: head.path ?? "/", headers: headers,
      payload: PayloadHash(of: bytes))
    self.body = WipedBytes(bytes)
    origin = RequestOrigin(
      id: id, door: "aws", source: connection.source, isEncrypted: connection.isEncrypted,
      userAgent: userAgent.truncated(toBytes: AWSLimits.userAgent))
  }

  /// AWS JSON 1.1, with or without parameters; clients that say nothing are taken at their target's word.
  private static func isJSON(_ contentType: String?) -> Bool {
    guard let contentType, contentType != json else { return true }
    let type = contentType.prefix { $0 != ";" && $0 != " " }
    return type.lowercased() == json
  }

  private static let json = "application/x-amz-json-1.1"
}
