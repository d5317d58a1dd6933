import Crypto

/// A request exactly as it was received, for the signature covers its bytes.
package struct SignedRequest: Sendable {
  package let method: String
  /// Path and query as on the wire, still encoded.
  package let target: String
  /// All headers in the order of the wire, names in lower case, `host` included (also from `:authority`).
  package let headers: [(name: String, value: String)]
  package let payload: PayloadHash

  package init(
    method: String, target: String, headers: [(name: String, value: String)], payload: PayloadHash
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.payload = payload
  }
}

/// The SHA-256 of a request's body: the form in which a signature binds the body.
package struct PayloadHash: Sendable, Hashable {
  /// 32 bytes.
  package let bytes: [UInt8]

  package init(of body: [UInt8]) { bytes = Array(SHA256.hash(data: body)) }

  /// Copies the body once: the hash function takes no span.
  package init(of body: Span<UInt8>) {
    let copy = [UInt8](capacity: body.count) { (room: inout OutputSpan<UInt8>) in
      for index in body.indices { room.append(body[index]) }
    }
    self.init(of: copy)
  }

  package static let empty = PayloadHash(of: [UInt8]())
}
