import KMSBytes
import NetKit

/// Who a client is and its secret, as a header says it (RFC 6749 section 2.3.1): the client's id and its secret, each written as in forms.
struct BasicCredentials: Equatable, Sendable {
  let client: String
  let secret: String

  /// Bytes of the header's value; ids and secrets of this server have 80.
  private static let longest = 2048

  /// - Returns: nil where the client shows nothing in this way.
  /// - Throws: `malformed` for what could be read in two ways, or not at all.
  init?(_ request: WireRequest) throws(OAuthError) {
    guard let value = try BasicCredentials.value(request) else { return nil }
    guard value.utf8.count <= BasicCredentials.longest, let bytes = Base64.bytes(value),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let client = FormFields.text(bytes[..<colon]), let secret = FormFields.text(bytes[(colon + 1)...]),
      !client.isEmpty, !secret.isEmpty
    else { throw .malformedCredentials }
    self.client = client
    self.secret = secret
  }

  init(client: String, secret: String) {
    self.client = client
    self.secret = secret
  }

  /// Whether a client came with such a header, whatever is in it: it is told then by what it may prove itself.
  static func isTried(_ request: WireRequest) -> Bool {
    request.fields.values(of: "authorization").contains {
      $0.split(separator: " ").first?.lowercased() == "basic"
    }
  }

  /// What follows the scheme; other schemes say nothing here.
  private static func value(_ request: WireRequest) throws(OAuthError) -> String? {
    let fields = request.fields.values(of: "authorization")
    guard let field = fields.first else { return nil }
    guard fields.count == 1 else { throw .malformedCredentials }
    let words = field.split(separator: " ", omittingEmptySubsequences: true)
    guard words.first?.lowercased() == "basic" else { return nil }
    guard words.count == 2 else { throw .malformedCredentials }
    return String(words[1])
  }
}
