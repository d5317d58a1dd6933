import Foundation
import KMSBytes
package import KMSDomain
package import KMSEngine
package import KMSIdentity
package import NetKit

/// The authority from which applications get tokens: OAuth 2.0 and OpenID Connect as Azure's clients speak them. `docs/protocols/azure-identity.md`
/// says which paths there are.
package struct AzureAuthority: Sendable {
  let names: AuthorityNames
  let tokens: TokenKeys
  let engine: Engine
  let requestIDs: RequestIDs
  let clients: ClientAuthenticator
  let applications: KnownApplications
  /// The JWK Set.
  let keySet: @Sendable () async throws -> [UInt8]
  /// Which application programs on this machine are; nil in production.
  let machine: Machine?

  /// What only a development server offers: programs on the same machine are an application without any proof.
  package struct Machine: Sendable {
    /// Which one where a program names none.
    let usual: @Sendable () async -> GUID?
    package init(usual: @escaping @Sendable () async -> GUID?) { self.usual = usual }
  }

  package init(
    names: AuthorityNames, tokens: TokenKeys, engine: Engine, requestIDs: RequestIDs,
    clients: ClientAuthenticator, applications: KnownApplications,
    keySet: @escaping @Sendable () async throws -> [UInt8], machine: Machine?
  ) {
    self.names = names
    self.tokens = tokens
    self.engine = engine
    self.requestIDs = requestIDs
    self.clients = clients
    self.applications = applications
    self.keySet = keySet
    self.machine = machine
  }

  /// Whether a request is for the authority: by its host over TLS, or by a path of managed identities, which clients ask at an
  /// address.
  /// - Parameter target: path and query.
  package func takes(host: String?, target: String, isEncrypted: Bool) -> Bool {
    if isEncrypted, let host, names.isAuthority(host) { return true }
    switch AuthorityRoute(AzureAuthority.path(target)) {
    case .managedIdentity, .machineIdentity: return true
    case .configuration, .keys, .token, .instanceDiscovery, .cloud, .subscriptions, nil: return false
    }
  }

  package func respond(_ request: WireRequest) async -> WireResponse {
    guard let route = AuthorityRoute(AzureAuthority.path(request.target)) else {
      return AuthorityAnswer.notFound
    }
    let method: String
    switch route {
    case .token: method = "POST"
    case .configuration, .keys, .instanceDiscovery, .cloud, .subscriptions, .managedIdentity,
      .machineIdentity:
      method = "GET"
    }
    guard request.method == method else { return AuthorityAnswer.allowed(method) }
    switch route {
    case .configuration, .keys, .instanceDiscovery, .cloud, .subscriptions:
      return await document(route, request)
    case .token(let tenant, let isFirstVersion):
      return await answer(request) { origin throws(OAuthError) in
        try await token(request, tenant, isFirstVersion: isFirstVersion, origin)
      }
    case .managedIdentity:
      return await answer(request) { origin throws(OAuthError) in try await managed(request, origin) }
    case .machineIdentity:
      return await answer(request) { origin throws(OAuthError) in try await ofMachine(request, origin) }
    }
  }

  package func refuse(_ refusal: BodyRefusal, _ connection: ConnectionFacts) async -> WireResponse {
    await answer(
      WireRequest(
        method: "POST", target: "/", fields: FieldTable(adding: []), body: WipedBytes([]),
        connection: connection)
    ) { _ throws(OAuthError) in
      switch refusal {
      case .tooLong: throw OAuthError("invalid_request", 90_100, "The request is too long.", status: 413)
      case .tooMany: throw OAuthError.throttled
      }
    }
  }

  private func document(_ route: AuthorityRoute, _ request: WireRequest) async -> WireResponse {
    guard let host = request.fields.values(of: "host").first.flatMap(HostPort.init) else {
      return AuthorityAnswer.notFound
    }
    let documents = AuthorityDocuments(names: names, place: host)
    switch route {
    case .configuration(.unknown, _):
      return OAuthError.noTenant.answer(requestIDs.next(), at: engine.desk.clock.now())
    case .configuration(let tenant, let isFirstVersion):
      return AuthorityAnswer.json(documents.configuration(tenant, isFirstVersion: isFirstVersion))
    case .instanceDiscovery: return AuthorityAnswer.json(documents.instanceDiscovery())
    case .cloud: return AuthorityAnswer.json(documents.cloud())
    case .subscriptions: return AuthorityAnswer.json(Array(#"{"value":[]}"#.utf8))
    case .keys:
      do {
        return AuthorityAnswer.json(try await keySet())
      } catch {
        return OAuthError(KMSError.storeUnavailable).answer(requestIDs.next(), at: engine.desk.clock.now())
      }
    case .token, .managedIdentity, .machineIdentity: return AuthorityAnswer.notFound
    }
  }

  static func path(_ target: String) -> String {
    String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") }))
  }

  static func query(_ request: WireRequest) -> [UInt8] {
    Array(request.target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst())
  }
}
