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

  /// - Parameters:
  ///   - basic: of the request's header.
  ///   - isFirstVersion: clients of that name a resource, later ones a scope.
  init(
    _ form: FormFields, basic: BasicCredentials? = nil, isFirstVersion: Bool, _ names: AuthorityNames
  ) throws(OAuthError) {
    guard let grant = form["grant_type"] else { throw .missing("grant_type") }
    guard grant == "client_credentials" else { throw .grantType }
    guard let client = basic?.client ?? form["client_id"] else { throw .missing("client_id") }
    guard let id = GUID(client) else { throw .noClient }
    self.client = id
    proof = try TokenRequest.proof(form, basic, id)
    resource = try TokenRequest.resource(form, isFirstVersion: isFirstVersion, names)
  }

  private static func proof(
    _ form: FormFields, _ basic: BasicCredentials?, _ client: GUID
  ) throws(OAuthError) -> Proof {
    if let basic {
      // One way to prove oneself, and one client (RFC 6749 section 2.3).
      let isOtherClient = form["client_id"].map { GUID($0) != client } ?? false
      guard form["client_secret"] == nil, form["client_assertion"] == nil, !isOtherClient else {
        throw .malformedCredentials
      }
      return .secret(basic.secret)
    }
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
