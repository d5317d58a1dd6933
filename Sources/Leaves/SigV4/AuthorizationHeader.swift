/// The parts of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
struct AuthorizationHeader {
  let credential: ArraySlice<UInt8>
  let signedHeaders: [UInt8]
  let signature: [UInt8]

  /// - Parameter hasDate: whether the request says when it was signed; what is absent is reported at once.
  /// - Throws: `incomplete`; `malformed` with `.algorithm`, `.authorization`, `.duplicate`, `.signature`, `.tooLarge`.
  init(_ value: String, hasDate: Bool) throws(SigV4Refusal) {
    guard value.utf8.count <= Limits.authorization else { throw .malformed(.tooLarge) }
    let text = Array(value.utf8)
    let algorithm = StringToSign.algorithm.utf8
    guard text.starts(with: algorithm) else { throw .malformed(.algorithm) }
    var parts = Parts()
    let list = text[algorithm.count...]
    if !list.isEmpty {
      guard list.first == UInt8(ascii: " ") else { throw .malformed(.algorithm) }
      try parts.read(list.dropFirst())
    }
    guard let credential = parts.credential, let headers = parts.signedHeaders,
      let digits = parts.signature, hasDate
    else { throw .incomplete(parts.missing(hasDate: hasDate)) }
    guard let signature = SignatureText.parse(digits) else { throw .malformed(.signature) }
    self.credential = credential
    signedHeaders = Array(headers)
    self.signature = signature
  }

  private struct Parts {
    var credential: ArraySlice<UInt8>?
    var signedHeaders: ArraySlice<UInt8>?
    var signature: ArraySlice<UInt8>?

    /// Any number of spaces may stand around a part. Each part stands once.
    mutating func read(_ list: ArraySlice<UInt8>) throws(SigV4Refusal) {
      var rest = list
      while true {
        let comma = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
        try readPart(rest[..<comma])
        guard comma < rest.endIndex else { return }
        rest = rest[(comma + 1)...]
      }
    }

    private mutating func readPart(_ padded: ArraySlice<UInt8>) throws(SigV4Refusal) {
      var part = padded
      while part.first == UInt8(ascii: " ") { part = part.dropFirst() }
      while part.last == UInt8(ascii: " ") { part = part.dropLast() }
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { throw .malformed(.authorization) }
      let name = part[..<equals]
      let value = part[(equals + 1)...]
      if name.elementsEqual("Credential".utf8) {
        try Parts.fill(&credential, value, "Credential")
      } else if name.elementsEqual("SignedHeaders".utf8) {
        try Parts.fill(&signedHeaders, value, "SignedHeaders")
      } else if name.elementsEqual("Signature".utf8) {
        try Parts.fill(&signature, value, "Signature")
      } else {
        throw .malformed(.authorization)
      }
    }

    private static func fill(
      _ slot: inout ArraySlice<UInt8>?, _ value: ArraySlice<UInt8>, _ name: String
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
