/// The text that names an access key and the scope of its signature: `AKID/20150830/us-east-1/kms/aws4_request`.
struct Credential {
  let accessKey: String
  let scope: CredentialScope

  /// - Throws: `malformed` with `.credentialElements` or `.credential`, and `scope`.
  init(_ text: Span<UInt8>, signedAt: Timestamp) throws(SigV4Refusal) {
    let slashes = try Credential.slashes(text)
    let key = text.extracting(..<slashes[0])
    let date = text.extracting(slashes[0] + 1..<slashes[1])
    let region = text.extracting(slashes[1] + 1..<slashes[2])
    let service = text.extracting(slashes[2] + 1..<slashes[3])
    let terminator = text.extracting((slashes[3] + 1)...)
    guard !key.isEmpty, key.count <= Limits.accessKey else { throw .malformed(.credential) }
    guard Ascii.equal(terminator, CredentialScope.terminator) else {
      throw .scope(.terminator(Ascii.string(terminator)))
    }
    guard CredentialScope.isName(region) else { throw .scope(.region(Ascii.string(region))) }
    guard CredentialScope.isName(service) else { throw .scope(.service(Ascii.string(service))) }
    guard signedAt.isOnDay(date) else {
      throw .scope(.date(credential: Ascii.string(date), signedAt: signedAt))
    }
    scope = CredentialScope(validDate: date, validRegion: region, validService: service)
    accessKey = Ascii.string(key)
  }

  private static func slashes(_ text: Span<UInt8>) throws(SigV4Refusal) -> InlineArray<4, Int> {
    var places = InlineArray<4, Int>(repeating: 0)
    var count = 0
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "/") {
        guard count < 4 else { throw .malformed(.credentialElements) }
        places[count] = index
        count += 1
      } else {
        guard isAllowed(byte) else { throw .malformed(.credential) }
      }
    }
    guard count == 4 else { throw .malformed(.credentialElements) }
    return places
  }

  /// Nothing that would need quoting wherever an error repeats it.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    Ascii.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
}
