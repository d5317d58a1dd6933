import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
import NetKit

// Who gets a token, and who is told why not.
extension AzureAuthority {
  /// Answers, or says why not after that was recorded.
  func answer(
    _ request: WireRequest,
    _ work: (RequestOrigin) async throws(OAuthError) -> [UInt8]
  ) async -> WireResponse {
    let origin = origin(request)
    do throws(OAuthError) {
      return AuthorityAnswer.json(try await work(origin), isSecret: true)
    } catch {
      let now = engine.desk.clock.now()
      do throws(KMSError) {
        try await engine.reject(error.code, operation: "IssueToken", as: nil, from: origin)
      } catch let fault {
        return OAuthError(fault).answer(origin.id, at: now)
      }
      var answer = error.answer(origin.id, at: now)
      // RFC 6749 section 5.2: who came with that header is told so.
      if error.status == 401, BasicCredentials.isTried(request) {
        answer.add("www-authenticate", "Basic realm=\"\(names.authorityHost)\"")
      }
      return answer
    }
  }

  func token(
    _ request: WireRequest, _ tenant: AuthorityRoute.Tenant, isFirstVersion: Bool, _ origin: RequestOrigin
  ) async throws(OAuthError) -> [UInt8] {
    guard tenant.hasTokens else { throw .noTenant }
    guard request.body.count <= AzureAuthority.longestForm,
      let form = request.body.withBytes({ bytes in FormFields(bytes.indices.map { bytes[$0] }) })
    else { throw .malformed }
    let wanted = try TokenRequest(
      form, basic: try BasicCredentials(request), isFirstVersion: isFirstVersion, names)
    let proved = try await prove(wanted, origin)
    guard tenant.includes(proved.known.application.account) else { throw .noClient }
    let (token, text) = try await issue(proved, wanted.resource, origin)
    return token.answer(text, isFirstVersion: isFirstVersion)
  }

  func managed(_ request: WireRequest, _ origin: RequestOrigin) async throws(OAuthError) -> [UInt8] {
    // A secret is shown: in the open only where nobody listens.
    guard request.connection.isEncrypted || AzureAuthority.isLoopback(origin.source) else { throw .noClient }
    guard let query = FormFields(AzureAuthority.query(request)) else { throw .malformed }
    let headers = request.fields.values(of: "x-identity-header")
    guard headers.count == 1 else { throw .noCredential }
    let wanted = try ManagedIdentityRequest(query, header: headers.first, names)
    guard let client = wanted.client else { throw .missing("client_id") }
    guard let secret = wanted.secret else { throw .noCredential }
    let proved: ProvedApplication
    do throws(BearerError) {
      proved = try await clients.prove(client, bySecret: secret, from: origin.source)
    } catch {
      throw OAuthError(error, bySecret: true)
    }
    let (token, text) = try await issue(proved, wanted.resource, origin)
    return token.managedAnswer(text)
  }

  /// Programs on the machine of a development server need prove nothing. The header is what a browser can't be made to send to another
  /// site, and the host keeps out pages whose own name was made to lead here.
  func ofMachine(_ request: WireRequest, _ origin: RequestOrigin) async throws(OAuthError) -> [UInt8] {
    guard let machine, !request.connection.isEncrypted, AzureAuthority.isLoopback(origin.source) else {
      throw .noClient
    }
    guard AzureAuthority.isThisMachine(request.fields.values(of: "host")) else { throw .noClient }
    guard request.fields.values(of: "metadata").map({ $0.lowercased() }) == ["true"],
      let query = FormFields(AzureAuthority.query(request))
    else { throw .malformed }
    let wanted = try ManagedIdentityRequest(query, header: nil, names)
    var client = wanted.client
    if client == nil { client = await machine.usual() }
    guard let client else { throw .noClient }
    let proved: ProvedApplication
    do throws(ApplicationError) {
      proved = ProvedApplication(
        known: try await applications.application(client, from: origin.source), method: .machine,
        credential: origin.source)
    } catch {
      throw OAuthError(BearerError(error), bySecret: false)
    }
    let (token, text) = try await issue(proved, wanted.resource, origin)
    return token.managedAnswer(text)
  }

  private func prove(
    _ wanted: TokenRequest, _ origin: RequestOrigin
  ) async throws(OAuthError) -> ProvedApplication {
    switch wanted.proof {
    case .secret(let secret):
      do throws(BearerError) {
        return try await clients.prove(wanted.client, bySecret: secret, from: origin.source)
      } catch {
        throw OAuthError(error, bySecret: true)
      }
    case .assertion(let assertion):
      do throws(BearerError) {
        return try await clients.prove(
          wanted.client, byAssertion: assertion, audiences: { [names] in names.isAuthorityAudience($0) },
          from: origin.source)
      } catch {
        throw OAuthError(error, bySecret: false)
      }
    }
  }

  private func issue(
    _ proved: ProvedApplication, _ resource: String, _ origin: RequestOrigin
  ) async throws(OAuthError) -> (AccessToken, String) {
    let application = proved.known.application
    let token = AccessToken(
      proved: proved, resource: resource, issuer: names.issuer(application.account.tenant),
      issuedAt: engine.desk.clock.now(), id: Base64.urlString(engine.desk.randomness.bits128().bytes))
    do throws(KMSError) {
      let text = try await tokens.issue(
        token.claims,
        IssueToken.Facts(
          application: application, audience: resource, method: proved.method.rawValue,
          credential: proved.credential), from: origin)
      return (token, text)
    } catch {
      throw OAuthError(error)
    }
  }

  private func origin(_ request: WireRequest) -> RequestOrigin {
    let agent = request.fields.values(of: "user-agent").first ?? ""
    return RequestOrigin(
      id: requestIDs.next(), door: "azure", source: request.connection.source,
      isEncrypted: request.connection.isEncrypted,
      userAgent: agent.truncated(toBytes: AzureAuthority.longestUserAgent))
  }

  private static func isLoopback(_ source: String) -> Bool { source == "127.0.0.1" || source == "::1" }

  /// - Parameter hosts: as they stand in the request.
  private static func isThisMachine(_ hosts: [String]) -> Bool {
    guard hosts.count == 1, let host = hosts.first?.lowercased() else { return false }
    let isBracketed = host.hasPrefix("[")
    let name = isBracketed ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
    return ["169.254.169.254", "127.0.0.1", "::1", "localhost"].contains(String(name))
  }

  /// In bytes. The longest that clients send is an assertion with its certificates.
  private static let longestForm = 64 << 10
  private static let longestUserAgent = 256
}

extension AuthorityNames {
  /// Whether an assertion is for this authority: it names the token endpoint, or what is before that.
  func isAuthorityAudience(_ audience: String) -> Bool {
    guard audience.hasPrefix("https://") else { return false }
    let rest = audience.dropFirst(8)
    return isAuthority(String(rest.prefix { $0 != "/" }))
  }
}
