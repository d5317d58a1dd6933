/// The credentials of a presigned request, which its query carries.
struct PresignedQuery {
  let credential: Credential
  let signedAt: Timestamp
  /// Seconds, 1 to 604,800.
  let lifetime: Int64
  let signedHeaders: [UInt8]
  let signature: [UInt8]
  let sessionToken: [UInt8]?

  /// Whether the query carries credentials, whole or not.
  static func isPresent(in parameters: [RequestTarget.Parameter]) -> Bool {
    parameters.contains { parameter in
      ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"].contains { name in
        parameter.name.elementsEqual(name.utf8)
      }
    }
  }

  /// - Throws: `incomplete`; `malformed` with `.algorithm`, `.duplicate`, `.date`, `.expires`, `.signature`.
  init(_ parameters: [RequestTarget.Parameter]) throws(SigV4Refusal) {
    let reader = Reader(parameters: parameters)
    let algorithm = try reader.value("X-Amz-Algorithm")
    let credential = try reader.value("X-Amz-Credential")
    let date = try reader.value("X-Amz-Date")
    let expires = try reader.value("X-Amz-Expires")
    let headers = try reader.value("X-Amz-SignedHeaders")
    let signature = try reader.value("X-Amz-Signature")
    var missing: SigV4Refusal.MissingParts = []
    if algorithm == nil { missing.insert(.algorithm) }
    if credential == nil { missing.insert(.credential) }
    if date == nil { missing.insert(.date) }
    if expires == nil { missing.insert(.expires) }
    if headers == nil { missing.insert(.signedHeaders) }
    if signature == nil { missing.insert(.signature) }
    guard let algorithm, let credential, let date, let expires, let headers, let signature else {
      throw .incomplete(missing)
    }
    guard algorithm.elementsEqual(StringToSign.algorithm.utf8) else { throw .malformed(.algorithm) }
    guard let moment = Timestamp(basic: date.span) else { throw .malformed(.date) }
    guard let seconds = PresignedQuery.lifetime(expires) else { throw .malformed(.expires) }
    guard let digest = SignatureText.parse(signature.span) else { throw .malformed(.signature) }
    guard credential.count <= Limits.authorization else { throw .malformed(.tooLarge) }
    sessionToken = try reader.value("X-Amz-Security-Token")
    self.credential = try Credential(credential.span, signedAt: moment)
    signedAt = moment
    lifetime = seconds
    signedHeaders = headers
    self.signature = digest
  }

  /// Plain decimal without leading zeros.
  private static func lifetime(_ text: [UInt8]) -> Int64? {
    guard (1...6).contains(text.count), text.first != UInt8(ascii: "0"), text.allSatisfy(Ascii.isDigit) else {
      return nil
    }
    let seconds = text.reduce(Int64(0)) { $0 * 10 + Int64($1 &- 0x30) }
    return seconds <= Limits.lifetime ? seconds : nil
  }

  private struct Reader {
    let parameters: [RequestTarget.Parameter]

    func value(_ name: String) throws(SigV4Refusal) -> [UInt8]? {
      var result: [UInt8]?
      for parameter in parameters where parameter.name.elementsEqual(name.utf8) {
        guard result == nil else { throw .malformed(.duplicate(name)) }
        result = parameter.value
      }
      return result
    }
  }
}
