/// The text that names an access key and the scope of its signature: `AKID/20150830/us-east-1/kms/aws4_request`.
struct Credential {
  let accessKey: String
  let scope: CredentialScope

  /// - Throws: `malformed` with `.credentialElements` or `.credential`, and `scope`.
  init(_ text: ArraySlice<UInt8>, signedAt: Timestamp) throws(SigV4Refusal) {
    guard text.allSatisfy(Credential.isAllowed) else { throw .malformed(.credential) }
    let elements = text.split(separator: UInt8(ascii: "/"), maxSplits: 5, omittingEmptySubsequences: false)
    guard elements.count == 5 else { throw .malformed(.credentialElements) }
    let key = elements[0]
    guard !key.isEmpty, key.count <= Limits.accessKey else { throw .malformed(.credential) }
    guard elements[4].elementsEqual(CredentialScope.terminator.utf8) else {
      throw .scope(.terminator(Credential.string(elements[4])))
    }
    guard CredentialScope.isName(elements[2]) else { throw .scope(.region(Credential.string(elements[2]))) }
    guard CredentialScope.isName(elements[3]) else { throw .scope(.service(Credential.string(elements[3]))) }
    scope = CredentialScope(day: signedAt, validRegion: elements[2], validService: elements[3])
    guard elements[1].elementsEqual(scope.date.utf8) else {
      throw .scope(.date(credential: Credential.string(elements[1]), signedAt: signedAt))
    }
    accessKey = Credential.string(key)
  }

  /// Nothing that would need quoting wherever an error repeats it.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    Ascii.isAlphanumeric(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_")
  }

  private static func string(_ text: ArraySlice<UInt8>) -> String { String(decoding: text, as: UTF8.self) }
}
