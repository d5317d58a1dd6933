import KMSBytes
import KMSDomain

/// A private key in its textual form (RFC 7468 section 10).
enum PEMPrivateKey {
  case pkcs8(Payload)
  /// Something else, by its label.
  case other(String)
  case malformed

  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)

  /// The first block of the text. What stands before and after it is explanation.
  init(_ text: [UInt8]) {
    let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    guard let first = lines.firstIndex(where: { $0.starts(with: PEMPrivateKey.begin) }),
      let last = lines[first...].firstIndex(where: { $0.starts(with: PEMPrivateKey.end) })
    else {
      self = .malformed
      return
    }
    let label = lines[first].dropFirst(PEMPrivateKey.begin.count).prefix { $0 != UInt8(ascii: "-") }
    guard label.elementsEqual("PRIVATE KEY".utf8) else {
      self = .other(String(decoding: label.prefix(40), as: UTF8.self))
      return
    }
    let digits = WipedBytes(lines[(first + 1)..<last].flatMap { $0 })
    guard let payload = digits.withBytes(PEMPrivateKey.decode) else {
      self = .malformed
      return
    }
    self = .pkcs8(payload)
  }

  private static func decode(_ digits: Span<UInt8>) -> Payload? {
    guard let count = Base64.decodedLength(digits), count > 0 else { return nil }
    return Payload(count: count) { Base64.decode(digits, into: &$0) }
  }
}
