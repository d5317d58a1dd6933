import KMSDomain
import WireJSON

/// A token (JWS compact serialisation, RFC 7515 section 7.1; JWT, RFC 7519) as it says it is. Nothing is proved by reading it.
///
/// Members that stand twice, claims that differ only by case (which conditions don't see), parts with more than one spelling and
/// extensions that would have to be understood are refused, so that nobody else can read something else into the same token. Keys and addresses of keys in the header are not looked at.
struct ReadToken {
  let algorithm: TokenAlgorithm
  let keyID: String?
  /// Of the certificate that it says its key is in (RFC 7515 sections 4.1.7 and 4.1.8).
  let sha1: [UInt8]?
  let sha256: [UInt8]?
  let claims: JSONValue
  /// The same, byte for byte.
  let body: [UInt8]
  /// What is signed: the first two parts and the dot between.
  let signed: [UInt8]
  let signature: [UInt8]

  /// - Parameter mayBePadded: parts may end with `=`, as asynchronous clients of Azure write assertions. What is signed is what came.
  /// - Throws: `malformed`, `algorithm`.
  init(_ text: String, mayBePadded: Bool = false) throws(TokenFault) {
    let bytes = Array(text.utf8)
    guard bytes.count <= TokenLimits.token else { throw .malformed }
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let read = mayBePadded ? Base64URL.padded : { Base64URL.bytes($0) }
    guard parts.count == 3, let head = read(parts[0]), let body = read(parts[1]),
      let signature = read(parts[2])
    else { throw .malformed }
    let header = try ReadToken.object(head, TokenLimits.header)
    claims = try ReadToken.object(body, TokenLimits.claims)
    self.body = body
    guard Set(claims.members.map { IdentityName.folded($0.name) }).count == claims.count else {
      throw .malformed
    }
    guard header["crit"] == nil, header["b64"] == nil, ReadToken.isTokenType(header["typ"]),
      header["cty"] == nil, let name = header["alg"]?.string
    else { throw .malformed }
    guard let algorithm = TokenAlgorithm(rawValue: name) else { throw .algorithm }
    self.algorithm = algorithm
    if let id = header["kid"] {
      guard let id = id.string, id.utf8.count <= TokenLimits.text else { throw .malformed }
      keyID = id
    } else {
      keyID = nil
    }
    sha1 = try ReadToken.thumbprint(header["x5t"], bytes: 20)
    sha256 = try ReadToken.thumbprint(header["x5t#S256"], bytes: 32)
    guard !signature.isEmpty else { throw .malformed }
    self.signature = signature
    signed = Array(bytes[..<(parts[2].startIndex - 1)])
  }

  private static func object(
    _ bytes: [UInt8], _ limits: JSONDocument.Limits
  ) throws(TokenFault) -> JSONValue {
    guard let root = try? JSONDocument(bytes, limits: limits).root, root.kind == .object else {
      throw .malformed
    }
    return root
  }

  private static func thumbprint(_ value: JSONValue?, bytes count: Int) throws(TokenFault) -> [UInt8]? {
    guard let value else { return nil }
    // Some clients pad it.
    guard let text = value.string, text.utf8.count <= 2 * count,
      let bytes = Base64URL.bytes(text.utf8.filter { $0 != UInt8(ascii: "=") }), bytes.count == count
    else { throw .malformed }
    return bytes
  }

  /// Tokens of other kinds name them here, so that they can't be mistaken for identities.
  private static func isTokenType(_ value: JSONValue?) -> Bool {
    guard let value else { return true }
    return value.string?.lowercased() == "jwt"
  }

  /// A text that is there and has a sensible length.
  /// - Throws: `missingClaim`, `malformed`.
  func text(_ name: String) throws(TokenFault) -> String {
    guard let text = try optionalText(name) else { throw .missingClaim(name) }
    return text
  }

  func optionalText(_ name: String) throws(TokenFault) -> String? {
    guard let value = claims[name] else { return nil }
    guard let text = value.string, (1...TokenLimits.text).contains(text.utf8.count) else { throw .malformed }
    return text
  }

  /// Seconds since the Unix epoch (RFC 7519 section 2, "NumericDate"), up to the year 9999.
  func moment(_ name: String) throws(TokenFault) -> Double? {
    guard let value = claims[name] else { return nil }
    guard let seconds = value.double, (0...253_402_300_799).contains(seconds) else { throw .malformed }
    return seconds
  }

  /// One text, or a list of them.
  func audiences() throws(TokenFault) -> [String] {
    guard let value = claims["aud"] else { throw .missingClaim("aud") }
    if value.kind == .string { return [try text("aud")] }
    let found = value.elements.compactMap(\.string)
    guard value.kind == .array, found.count == value.count, (1...TokenLimits.audiences).contains(found.count),
      found.allSatisfy({ (1...TokenLimits.text).contains($0.utf8.count) })
    else { throw .malformed }
    return found
  }
}
