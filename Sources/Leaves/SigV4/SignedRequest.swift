import Crypto
package import KMSBytes

/// A request exactly as it was received, for the signature covers its bytes.
package struct SignedRequest: Sendable {
  package let method: String
  /// Path and query as on the wire, still encoded.
  package let target: String
  /// All headers in the order of the wire, `host` included (also from `:authority`).
  package let headers: FieldTable
  package let payload: PayloadHash

  package init(method: String, target: String, headers: FieldTable, payload: PayloadHash) {
    self.method = method
    self.target = target
    self.headers = headers
    self.payload = payload
  }

  package init(
    method: String, target: String, headers: [(name: String, value: String)], payload: PayloadHash
  ) {
    self.init(method: method, target: target, headers: FieldTable(adding: headers), payload: payload)
  }
}

/// The SHA-256 of a request's body: the form in which a signature binds the body.
package struct PayloadHash: Sendable, Hashable {
  private let digest: SHA256Digest

  package init(of body: [UInt8]) { digest = SHA256.hash(data: body) }

  package init(of body: WipedBytes) {
    digest = body.withArray { SHA256.hash(data: $0) }
  }

  package static let empty = PayloadHash(of: [UInt8]())

  /// Whether the text is this hash, in 64 lower-case hex digits.
  func isWritten(_ text: Span<UInt8>) -> Bool {
    guard let bytes = SignatureText.parse(text) else { return false }
    return digest == bytes
  }

  /// Appends 64 hex digits.
  func append(to output: inout [UInt8]) {
    Hex.append(Array(digest).span, to: &output)
  }
}
