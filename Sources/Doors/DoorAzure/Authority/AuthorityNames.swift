package import KMSDomain

/// What the server calls itself towards Azure's clients, from the domain that its operator chose.
package struct AuthorityNames: Sendable {
  /// In lower case, without a dot at either end.
  package let domain: String

  package init(domain: String) { self.domain = domain.lowercased() }

  /// What answers for identities.
  package var authorityHost: String { "login." + domain }

  /// - Parameter host: as in a Host field, maybe with a port.
  package func isAuthority(_ host: String) -> Bool { HostPort(host)?.host == authorityHost }

  /// What vaults are called in tokens and challenges.
  /// - Parameter port: nil for the usual one.
  package func vaultResource(port: Int?) -> String { resource("vault", port) }
  package func managedHSMResource(port: Int?) -> String { resource("managedhsm", port) }

  /// What a challenge says that tokens come from.
  package func authority(port: Int?, tenant: GUID) -> String {
    "https://" + authorityHost + (port.map { ":\($0)" } ?? "") + "/" + tenant.text
  }

  private func resource(_ kind: String, _ port: Int?) -> String {
    "https://" + kind + "." + domain + (port.map { ":\($0)" } ?? "")
  }

  /// The issuer in tokens of a tenant. It has no port, so that tokens don't depend on where a client came in.
  package func issuer(_ tenant: GUID) -> String { "https://" + authorityHost + "/" + tenant.text + "/v2.0" }

  package func isOwnIssuer(_ issuer: String, _ tenant: GUID) -> Bool { issuer == self.issuer(tenant) }

  /// Whether tokens may be for this: something in the server's domain, or what it stands for in Azure's own.
  func isResource(_ text: String) -> Bool {
    // A path may follow: what the Azure CLI manages resources with has one.
    guard text.hasPrefix("https://"),
      let host = HostPort(String(text.dropFirst(8).prefix { $0 != "/" }))?.host
    else { return false }
    return host == domain || host.hasSuffix("." + domain) || AuthorityNames.known.contains(host)
  }

  private static let known: Set<String> = [
    "vault.azure.net", "managedhsm.azure.net", "management.azure.com", "management.core.windows.net",
    "graph.microsoft.com",
  ]
}

/// Of a Host field or of the part of a URL up to its path (RFC 3986 section 3.2): names only.
package struct HostPort: Sendable, Equatable {
  /// In lower case.
  package let host: String
  /// nil where none is given.
  package let port: Int?

  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, (1...253).contains(name.utf8.count),
      name.utf8.allSatisfy({ HostPort.isNameCharacter($0) })
    else { return nil }
    host = name.lowercased()
    if parts.count == 2 {
      guard let port = UInt16(parts[1]), port > 0 else { return nil }
      self.port = Int(port)
    } else {
      port = nil
    }
  }

  /// As it stands in URLs.
  package var text: String { host + (port.map { ":\($0)" } ?? "") }

  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".")
  }
}
