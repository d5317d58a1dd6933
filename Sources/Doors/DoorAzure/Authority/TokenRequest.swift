import KMSDomain

/// A request for a token (RFC 6749 section 4.4), as a client sent it.
struct TokenRequest {
  enum Proof {
    case secret(String)
    case assertion(String)
  }

  let client: GUID
  let proof: Proof
  /// What the token is to be for.
  let resource: String

  /// - Parameter isFirstVersion: clients of that name a resource, later ones a scope.
  init(_ form: FormFields, isFirstVersion: Bool, _ names: AuthorityNames) throws(OAuthError) {
    guard let grant = form["grant_type"] else { throw .missing("grant_type") }
    guard grant == "client_credentials" else { throw .grantType }
    guard let client = form["client_id"] else { throw .missing("client_id") }
    guard let id = GUID(client) else { throw .noClient }
    self.client = id
    proof = try TokenRequest.proof(form)
    resource = try TokenRequest.resource(form, isFirstVersion: isFirstVersion, names)
  }

  private static func proof(_ form: FormFields) throws(OAuthError) -> Proof {
    switch (form["client_secret"], form["client_assertion"]) {
    case (let secret?, nil): return .secret(secret)
    case (nil, let assertion?):
      guard form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
        throw .assertionType
      }
      return .assertion(assertion)
    case (nil, nil): throw .noCredential
    // Which of them counts could be read in two ways.
    case (.some, .some): throw .malformed
    }
  }

  private static func resource(
    _ form: FormFields, isFirstVersion: Bool, _ names: AuthorityNames
  ) throws(OAuthError) -> String {
    if let resource = form["resource"] {
      guard names.isResource(resource) else { throw .resource }
      return resource
    }
    guard let scope = form["scope"] else { throw .missing(isFirstVersion ? "resource" : "scope") }
    guard let resource = TokenRequest.resource(ofScope: scope) else { throw .scope }
    guard names.isResource(resource) else { throw .resource }
    return resource
  }

  /// Of the scopes that are asked for the one that names a resource as a whole.
  static func resource(ofScope scope: String) -> String? {
    let whole = scope.split(separator: " ").filter { $0.hasSuffix("/.default") }
    guard whole.count == 1, let one = whole.first else { return nil }
    return String(one.dropLast("/.default".count))
  }
}
