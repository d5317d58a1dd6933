/// The URL of an issuer of tokens, as far as it makes the provider's name: `https://`, a host, maybe a port and a path. How the
/// server reaches the issuer, without encryption perhaps on a development server, is for its configuration to say.
struct ProviderURL {
  /// Without the scheme: what the provider is called.
  let name: String

  /// - Returns: nil for another scheme, and for URLs with a user, a port that is no number, a query or a fragment.
  init?(_ text: String) {
    let scheme = "https://"
    guard text.utf8.starts(with: scheme.utf8) else { return nil }
    let name = Substring(text.utf8.dropFirst(scheme.utf8.count))
    guard ProviderURL.isName(name) else { return nil }
    self.name = String(name)
  }

  /// A host, maybe a port, then nothing or segments of a path.
  static func isName(_ text: Substring) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let authority = parts.first, isAuthority(authority) else { return false }
    return parts.dropFirst().allSatisfy { $0.allSatisfy(isPathByte) }
  }

  private static func isAuthority(_ text: Substring.UTF8View) -> Bool {
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = parts.first, !host.isEmpty, host.allSatisfy(isHostByte) else {
      return false
    }
    guard parts.count == 2, let port = parts.last else { return true }
    return !port.isEmpty && port.allSatisfy { (0x30...0x39).contains($0) }
      && UInt16(String(Substring(port))) != nil
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."): true
    default: false
    }
  }

  /// Of RFC 3986's path characters those that policies have no other meaning for.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: "-._~%+=,@:".utf8.contains(byte)
    }
  }
}
