import KMSDomain

/// A request to an endpoint of managed identities, as a workload sends it. Its header proves it where the platform put a secret into
/// the workload's environment; there is none where the machine itself is the proof.
struct ManagedIdentityRequest {
  let client: GUID?
  let resource: String
  let secret: String?

  /// - Parameters:
  ///   - query: of the request.
  ///   - header: X-IDENTITY-HEADER: a client secret, or the client id, a colon and the secret.
  init(_ query: FormFields, header: String?, _ names: AuthorityNames) throws(OAuthError) {
    guard query["api-version"] != nil else { throw .missing("api-version") }
    guard let resource = query["resource"] else { throw .missing("resource") }
    guard names.isResource(resource) else { throw .resource }
    self.resource = resource
    var named = query["client_id"]
    if let header, header.utf8.count > 37, header.utf8.dropFirst(36).first == UInt8(ascii: ":") {
      let first = String(header.prefix(36))
      guard named == nil || named?.lowercased() == first.lowercased() else { throw .noClient }
      named = first
      secret = String(header.dropFirst(37))
    } else {
      secret = header
    }
    client = try named.map { text throws(OAuthError) -> GUID in
      guard let id = GUID(text) else { throw .noClient }
      return id
    }
  }
}
