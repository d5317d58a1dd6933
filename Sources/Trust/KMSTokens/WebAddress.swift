/// The address of a document on the web: scheme, host, port and path, nothing else.
///
/// No user information, query or fragment, and no character that one reader could take for a separator and another not.
package struct WebAddress: Sendable, Hashable {
  package let isEncrypted: Bool
  /// In lower case.
  package let host: String
  package let port: Int
  /// Empty, or beginning with a slash.
  package let path: String

  package init?(_ text: String) {
    let rest: Substring
    if text.hasPrefix("https://") {
      isEncrypted = true
      rest = text.dropFirst(8)
    } else if text.hasPrefix("http://") {
      isEncrypted = false
      rest = text.dropFirst(7)
    } else {
      return nil
    }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let (host, port) = WebAddress.authority(rest[..<slash], isEncrypted: isEncrypted),
      rest[slash...].utf8.allSatisfy(WebAddress.isPathCharacter)
    else { return nil }
    self.host = host
    self.port = port
    path = String(rest[slash...])
  }

  private init(_ base: WebAddress, path: String) {
    isEncrypted = base.isEncrypted
    host = base.host
    port = base.port
    self.path = path
  }

  package var isLoopback: Bool { host == "localhost" || host == "127.0.0.1" || host == "[::1]" }

  package var text: String {
    let standard = isEncrypted ? 443 : 80
    return "\(isEncrypted ? "https" : "http")://\(host)\(port == standard ? "" : ":\(port)")\(path)"
  }

  /// A document below this address.
  func appending(_ more: String) -> WebAddress {
    WebAddress(self, path: (path.hasSuffix("/") ? String(path.dropLast()) : path) + more)
  }

  func isSameHost(as other: WebAddress) -> Bool {
    isEncrypted == other.isEncrypted && host == other.host && port == other.port
  }

  private static func authority(_ text: Substring, isEncrypted: Bool) -> (String, Int)? {
    var host = text
    var port = isEncrypted ? 443 : 80
    let bracket = text.lastIndex(of: "]")
    if let colon = text[(bracket ?? text.startIndex)...].lastIndex(of: ":") {
      let digits = text[text.index(after: colon)...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits), number > 0
      else { return nil }
      port = Int(number)
      host = text[..<colon]
    }
    let name = host.lowercased()
    let isSound =
      name.hasPrefix("[")
      ? name == "[::1]" : !name.isEmpty && name.utf8.count <= 253 && name.utf8.allSatisfy(isHostCharacter)
    return isSound ? (name, port) : nil
  }

  private static func isHostCharacter(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }

  private static func isPathCharacter(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte)
      || Array("/-._~!$&'()*+,;=:@%".utf8).contains(byte)
  }
}
