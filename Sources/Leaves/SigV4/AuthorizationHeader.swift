/// The parts of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
struct AuthorizationHeader {
  let credential: Credential
  /// Where the list stands in the header's value.
  let signedHeaders: Range<Int>
  let signature: [UInt8]

  /// - Parameter text: the header's value.
  /// - Parameter signedAt: when the request says that it was signed; an absence is reported with that of other parts.
  /// - Throws: `incomplete`; `malformed` with `.algorithm`, `.authorization`, `.duplicate`, `.signature`, `.tooLarge`;
  ///   what `Credential` throws.
  init(_ text: Span<UInt8>, signedAt: Timestamp?) throws(SigV4Refusal) {
    guard text.count <= Limits.authorization else { throw .malformed(.tooLarge) }
    let space = Ascii.index(of: UInt8(ascii: " "), in: text)
    guard Ascii.equal(text.extracting(..<space), StringToSign.algorithm) else { throw .malformed(.algorithm) }
    var parts = Parts()
    if space < text.count { try parts.read(text, from: space + 1) }
    guard let credential = parts.credential, let headers = parts.signedHeaders,
      let digits = parts.signature, let signedAt
    else { throw .incomplete(parts.missing(hasDate: signedAt != nil)) }
    guard let signature = SignatureText.parse(text.extracting(digits)) else { throw .malformed(.signature) }
    self.credential = try Credential(text.extracting(credential), signedAt: signedAt)
    signedHeaders = headers
    self.signature = signature
  }

  /// Where the values of the parts stand.
  private struct Parts {
    var credential: Range<Int>?
    var signedHeaders: Range<Int>?
    var signature: Range<Int>?

    /// Any number of spaces may stand around a part. Each part stands once.
    mutating func read(_ text: Span<UInt8>, from first: Int) throws(SigV4Refusal) {
      var start = first
      while true {
        let comma = Ascii.index(of: UInt8(ascii: ","), in: text, from: start)
        try readPart(text, start..<comma)
        guard comma < text.count else { return }
        start = comma + 1
      }
    }

    private mutating func readPart(_ text: Span<UInt8>, _ padded: Range<Int>) throws(SigV4Refusal) {
      var start = padded.lowerBound
      var end = padded.upperBound
      while start < end, text[start] == UInt8(ascii: " ") { start += 1 }
      while start < end, text[end - 1] == UInt8(ascii: " ") { end -= 1 }
      let equals = Ascii.index(of: UInt8(ascii: "="), in: text, from: start)
      guard equals < end else { throw .malformed(.authorization) }
      let name = text.extracting(start..<equals)
      let value = equals + 1..<end
      if Ascii.equal(name, "Credential") {
        try Parts.fill(&credential, value, "Credential")
      } else if Ascii.equal(name, "SignedHeaders") {
        try Parts.fill(&signedHeaders, value, "SignedHeaders")
      } else if Ascii.equal(name, "Signature") {
        try Parts.fill(&signature, value, "Signature")
      } else {
        throw .malformed(.authorization)
      }
    }

    private static func fill(
      _ slot: inout Range<Int>?, _ value: Range<Int>, _ name: String
    ) throws(SigV4Refusal) {
      guard slot == nil else { throw .malformed(.duplicate(name)) }
      slot = value
    }

    func missing(hasDate: Bool) -> SigV4Refusal.MissingParts {
      var result: SigV4Refusal.MissingParts = []
      if credential == nil { result.insert(.credential) }
      if signedHeaders == nil { result.insert(.signedHeaders) }
      if signature == nil { result.insert(.signature) }
      if !hasDate { result.insert(.date) }
      return result
    }
  }
}
