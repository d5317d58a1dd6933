package import HTTPTypes
import NIOCore

/// An answer, on either lane.
package struct WireResponse: Sendable {
  package let status: Int
  /// Without Content-Length. Names in lower case; values are the server's own words, never a caller's.
  package private(set) var fields: [(name: String, value: String)]
  package let body: [UInt8]

  package init(
    status: Int, fields: [(name: String, value: String)], body: consuming [UInt8]
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
    var buffer = allocator.buffer(capacity: 224 + body.count)
    if status == 200 {
      buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
    } else {
      buffer.writeString("HTTP/1.1 \(status) \(HTTPResponse.Status(code: status).reasonPhrase)\r\n")
    }
    for (name, value) in fields {
      buffer.writeString(name)
      buffer.writeStaticString(": ")
      buffer.writeString(value)
      buffer.writeStaticString("\r\n")
    }
    buffer.writeStaticString("content-length: ")
    buffer.writeString(String(body.count))
    buffer.writeStaticString("\r\n\r\n")
    buffer.writeBytes(body)
    return buffer
  }
}
