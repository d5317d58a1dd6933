package import NetKit

/// What a sealed server says to clients of Azure Key Vault.
package struct AzureSealedAnswer: Sendable {
  private let names: AuthorityNames

  package init(domain: String) { names = AuthorityNames(domain: domain) }

  /// Whether a request of that host is for a vault or for the authority.
  package func takes(host: String?) -> Bool {
    guard let host else { return false }
    return names.isAuthority(host) || VaultHost(host, names) != nil
  }

  package var answer: WireResponse {
    let body =
      #"{"error":{"code":"ServiceUnavailable","message":"The service is sealed: its operator has to open it."}}"#
    return WireResponse(
      status: 503,
      fields: [("content-type", "application/json; charset=utf-8"), ("retry-after", "10")],
      body: Array(body.utf8))
  }
}
