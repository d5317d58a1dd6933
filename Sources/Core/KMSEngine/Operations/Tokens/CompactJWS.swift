import KMSBytes
import KMSDomain

/// What the server signs for others, by the key of its own authority: a JWS in compact serialisation, RS256 (RFC 7515, section 7.1).
struct CompactJWS {
  private let text: String

  /// - Parameters:
  ///   - type: What it is; types of different uses differ, so that nobody takes one for the other (RFC 8725, section 3.11).
  ///   - chain: The certificates that lead to the key, DER; none: it is published elsewhere.
  ///   - content: A JSON object.
  init(_ type: String, by key: TokenKey, chain: [[UInt8]] = [], _ content: [UInt8]) {
    let certificates = chain.map { "\"" + Base64.string($0) + "\"" }.joined(separator: ",")
    let path = chain.isEmpty ? "" : #","x5c":[\#(certificates)]"#
    let header = #"{"typ":"\#(type)","alg":"RS256","kid":"\#(key.id.text)"\#(path)}"#
    text = Base64.urlString(Array(header.utf8)) + "." + Base64.urlString(content)
  }

  /// Over which the signature goes.
  var signed: [UInt8] { Array(text.utf8) }

  func with(_ signature: [UInt8]) -> String { text + "." + Base64.urlString(signature) }
}
