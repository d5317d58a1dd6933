import KMSBytes

/// The URL of an issuer of tokens, as far as it makes the provider's name: `https://`, a host, maybe a path.
struct ProviderURL {
  /// Without the scheme: what the provider is called.
  let name: String

  /// Who may go without encryption.
  enum Plain {
    case nobody
    /// Issuers on this machine, for servers in development.
    case loopback
  }

  /// - Returns: nil for another scheme, and for URLs with a user, a port that is no number, a query or a fragment.
  init?(_ text: String, plain: Plain = .nobody) {
    if let name = ProviderURL.rest(of: text, after: "https://") {
      self.name = name
      return
    }
    guard case .loopback = plain, let name = ProviderURL.rest(of: text, after: "http://"),
      ProviderURL.isLoopback(name)
    else { return nil }
    self.name = name
  }

  private static func rest(of text: String, after scheme: String) -> String? {
    guard text.utf8.starts(with: scheme.utf8) else { return nil }
    let name = Substring(text.utf8.dropFirst(scheme.utf8.count))
    return isName(name) ? String(name) : nil
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

  private static func isLoopback(_ name: String) -> Bool {
    let host = name.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
    return host.elementsEqual("localhost".utf8) || host.elementsEqual("127.0.0.1".utf8)
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
