package import HTTPTypes
import NIOCore

/// An answer, on either lane.
package struct WireResponse: Sendable {
  package let status: HTTPResponse.Status
  /// Without Content-Length. Names in lower case; values are the server's own words, never a caller's.
  package private(set) var fields: [(name: String, value: String)]
  package let body: [UInt8]

  package init(
    status: HTTPResponse.Status, fields: [(name: String, value: String)], body: consuming [UInt8]
  ) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  package mutating func add(_ name: String, _ value: String) { fields.append((name, value)) }

  /// For the ordinary lane. A name that HTTP doesn't know as one is left out.
  package var headerFields: HTTPFields {
    var result = HTTPFields()
    for (name, value) in fields {
      guard let name = HTTPField.Name(name) else { continue }
      result.append(HTTPField(name: name, value: value))
    }
    result.append(HTTPField(name: .contentLength, value: String(body.count)))
    return result
  }

  /// The bytes of an HTTP/1.1 message (RFC 9112).
  func message(_ allocator: ByteBufferAllocator) -> ByteBuffer {
    var text: [UInt8] = []
    text.reserveCapacity(256 + body.count)
    if status == .ok {
      text.append(contentsOf: WireResponse.ok)
    } else {
      text.append(contentsOf: "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n".utf8)
    }
    for (name, value) in fields {
      text.append(contentsOf: name.utf8)
      text.append(contentsOf: WireResponse.colon)
      text.append(contentsOf: value.utf8)
      text.append(contentsOf: WireResponse.lineEnd)
    }
    text.append(contentsOf: WireResponse.contentLength)
    text.append(contentsOf: String(body.count).utf8)
    text.append(contentsOf: WireResponse.headEnd)
    text.append(contentsOf: body)
    return allocator.buffer(bytes: text)
  }

  private static let ok = Array("HTTP/1.1 200 OK\r\n".utf8)
  private static let colon = Array(": ".utf8)
  private static let lineEnd = Array("\r\n".utf8)
  private static let contentLength = Array("content-length: ".utf8)
  private static let headEnd = Array("\r\n\r\n".utf8)
}
