package import HTTPTypes
import KMSBytes
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
    // Put together in an array: a buffer looks after itself again with each piece.
    var text: [UInt8] = []
    text.reserveCapacity(224 + body.count)
    if status == 200 {
      text.append(text: "HTTP/1.1 200 OK\r\n" as StaticString)
    } else {
      text.append(text: "HTTP/1.1 \(status) \(HTTPResponse.Status(code: status).reasonPhrase)\r\n")
    }
    let fields = fields.span
    for index in fields.indices {
      text.append(text: fields[index].name)
      text.append(text: ": " as StaticString)
      text.append(text: fields[index].value)
      text.append(text: "\r\n" as StaticString)
    }
    text.append(text: "content-length: " as StaticString)
    text.append(text: String(body.count))
    text.append(text: "\r\n\r\n" as StaticString)
    text.append(contentsOf: body)
    return allocator.buffer(bytes: text)
  }
}
