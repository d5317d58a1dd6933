import HTTPTypes
import KMSDomain
import NIOCore
import NetKit
import SigV4

/// A request as it came in, with what both lanes need of its head: read once, in one pass over the fields.
struct ReceivedRequest: Sendable {
  let origin: RequestOrigin
  let signed: SignedRequest
  let bytes: [UInt8]
  /// `X-Amz-Target`; nil when it is absent or there twice.
  let target: String?
  let contentType: String?

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
    target = targets.count == 1 ? targets.first : nil
    self.contentType = contentType
    bytes = Array(buffer: body)
    signed = SignedRequest(
      method: head.method.rawValue, target: head.path ?? "/", headers: headers,
      payload: PayloadHash(of: bytes))
    origin = RequestOrigin(
      id: id, door: "aws", source: connection.source, isEncrypted: connection.isEncrypted,
      userAgent: userAgent.utf8.count <= AWSLimits.userAgent
        ? userAgent : String(userAgent.prefix(AWSLimits.userAgent)))
  }

  /// The form-encoded protocol of STS, as opposed to JSON.
  var isQuery: Bool {
    target == nil && contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
  }
}
