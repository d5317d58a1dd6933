import KMSBytes
import KMSDomain
package import KMSEngine
package import KMSIdentity
package import NetKit

/// Vaults and managed HSMs as Azure's clients speak to them: each has a host name of its own. `docs/protocols/azure-key-vault.md` says what is
/// answered there.
package struct VaultDoor: Sendable {
  let names: AuthorityNames
  let engine: Engine
  let bearers: BearerAuthenticator
  let requestIDs: RequestIDs
  /// Of the server, for people.
  let serverVersion: String
  private let releases: KeyReleases
  private let rights = VaultRights()

  package init(
    names: AuthorityNames, engine: Engine, bearers: BearerAuthenticator, requestIDs: RequestIDs,
    serverVersion: String, releases: KeyReleases
  ) {
    self.names = names
    self.engine = engine
    self.bearers = bearers
    self.requestIDs = requestIDs
    self.serverVersion = serverVersion
    self.releases = releases
  }

  /// Whether a request is for a vault. Only over TLS: clients send tokens.
  package func takes(host: String?, isEncrypted: Bool) -> Bool {
    guard isEncrypted, let host else { return false }
    return VaultHost(host, names) != nil
  }

  package func respond(_ request: WireRequest) async -> WireResponse {
    let origin = origin(request)
    let client = VaultHeaders.echo(request.fields.values(of: "x-ms-client-request-id"))
    var headers = VaultHeaders(
      request: origin.id, clientRequest: client, region: nil, version: serverVersion, source: origin.source)
    guard let host = request.fields.values(of: "host").first.flatMap({ VaultHost($0, names) }) else {
      return headers.response(AzureError.notFound.answer)
    }
    do throws(AzureError) {
      let vault = try await vault(host)
      headers.region = vault.home.region
      return await respond(request, host, vault, origin.made(in: vault.home.region), headers)
    } catch {
      return await refuse(error, nil, origin, headers)
    }
  }

  package func refuseOversized(_ connection: ConnectionFacts) async -> WireResponse {
    let origin = RequestOrigin(
      id: requestIDs.next(), door: "azure", source: connection.source, isEncrypted: connection.isEncrypted,
      userAgent: "")
    let headers = VaultHeaders(
      request: origin.id, clientRequest: nil, region: nil, version: serverVersion)
    let error = AzureError(413, "RequestEntityTooLarge", "The request is longer than the server takes.")
    return await refuse(error, nil, origin, headers)
  }

  private func respond(
    _ request: WireRequest, _ host: VaultHost, _ vault: Vault, _ origin: RequestOrigin,
    _ headers: VaultHeaders
  ) async -> WireResponse {
    let proved: (caller: Caller, application: Application)
    do throws(VaultChallenge) {
      proved = try await prove(request, host, vault, origin)
    } catch {
      return await challenge(error, host, vault, origin, headers)
    }
    do throws(AzureError) {
      let call = try call(request, host, vault, origin, proved.caller, proved.application)
      return headers.response(try await answer(call))
    } catch {
      return await refuse(error, proved.caller, origin, headers)
    }
  }

  /// The vault of a host, if it is in use.
  private func vault(_ host: VaultHost) async throws(AzureError) -> Vault {
    do throws(KMSError) {
      guard let vault = try await engine.desk.vault(host.name), vault.deletedAt == nil,
        vault.home.kind == host.kind
      else { throw KMSError.vault(.notFound(host.name.text)) }
      return vault
    } catch .vault {
      throw .noVault(host.name.text)
    } catch {
      throw AzureError(503, "ServiceUnavailable", "The service can't answer at this time.", retryAfter: 1)
    }
  }

  private func call(
    _ request: WireRequest, _ host: VaultHost, _ vault: Vault, _ origin: RequestOrigin, _ caller: Caller,
    _ application: Application
  ) throws(AzureError) -> VaultCall {
    let segments = try VaultDoor.segments(request.target)
    guard let query = FormFields(AzureAuthority.query(request)) else {
      throw .badParameter("The query could not be read.")
    }
    return VaultCall(
      engine: engine, vault: vault,
      caller: caller.carrying(rights.policies(of: vault, for: application)), application: application,
      origin: origin, requestIDs: requestIDs, method: request.method, segments: segments, query: query,
      version: try VaultDoor.version(query, segments), body: request.body, base: host.base,
      releases: releases)
  }

  /// Clients ask for the state of what takes long exactly where they were sent, without a version.
  private static func version(_ query: FormFields, _ segments: [String]) throws(AzureError) -> APIVersion {
    guard let text = query["api-version"] else {
      guard segments.last == "pending" else { throw .noAPIVersion }
      return .newest
    }
    guard let version = APIVersion(text) else {
      throw .unknownAPIVersion(VaultHeaders.echoVersion(text))
    }
    return version
  }

  /// Segments may be empty: clients leave a version open that way. In front, they mean nothing.
  static func segments(_ target: String) throws(AzureError) -> [String] {
    let all = AzureAuthority.path(target).split(separator: "/", omittingEmptySubsequences: false)
    var segments = all.drop(while: \.isEmpty).map(String.init)
    guard segments.count <= VaultLimits.segments else { throw .notFound }
    if let first = segments.first { segments[0] = first.lowercased() }
    return segments
  }

  private func answer(_ call: VaultCall) async throws(AzureError) -> VaultAnswer {
    guard let first = call.segments.first else { throw .notFound }
    try await VaultLimit.check(call)
    if let collection = VaultDoor.collection(call.segments) { return try await collection.answer(call) }
    if let what = VaultDoor.absent[first] { throw .notOffered(what) }
    throw .notFound
  }
}

extension VaultDoor {
  /// Writes down what nobody has written down yet.
  private func refuse(
    _ error: AzureError, _ caller: Caller?, _ origin: RequestOrigin, _ headers: VaultHeaders
  ) async -> WireResponse {
    var error = error
    if !error.isRecorded {
      do throws(KMSError) {
        try await engine.reject("azure." + error.code, operation: "", as: caller, from: origin)
      } catch {
        return headers.response(
          AzureError(503, "ServiceUnavailable", "The service can't answer at this time.").answer)
      }
      error.isRecorded = true
    }
    var response = headers.response(error.answer)
    if let seconds = error.retryAfter { response.add("retry-after", String(seconds)) }
    return response
  }

  private func challenge(
    _ challenge: VaultChallenge, _ host: VaultHost, _ vault: Vault, _ origin: RequestOrigin,
    _ headers: VaultHeaders
  ) async -> WireResponse {
    if let code = challenge.code {
      do throws(KMSError) {
        try await engine.reject(code, operation: "", as: nil, from: origin)
      } catch {
        return headers.response(
          AzureError(503, "ServiceUnavailable", "The service can't answer at this time.").answer)
      }
    }
    switch challenge {
    case .throttled:
      var response = headers.response(VaultChallenge.tooMany.answer)
      response.add("retry-after", "1")
      return response
    case .unavailable:
      return headers.response(
        AzureError(503, "ServiceUnavailable", "The service can't answer at this time.").answer)
    case .missing, .refused:
      // Managed HSMs say no more than the challenge.
      let body = host.kind == .managedHSM ? [] : challenge.error(host.audience(names)).answer.body
      var response = headers.response(VaultAnswer(status: 401, body))
      let authority = names.authority(port: host.place.port, tenant: vault.home.account.tenant)
      response.add(
        "www-authenticate",
        "Bearer authorization=\"\(authority)\", resource=\"\(host.audience(names))\"")
      return response
    }
  }

  private func prove(
    _ request: WireRequest, _ host: VaultHost, _ vault: Vault, _ origin: RequestOrigin
  ) async throws(VaultChallenge) -> (caller: Caller, application: Application) {
    let fields = request.fields.values(of: "authorization")
    guard let field = fields.first else { throw .missing }
    let words = field.split(separator: " ", maxSplits: 1)
    guard fields.count == 1, words.count == 2, words[0].lowercased() == "bearer",
      words[1].utf8.count <= VaultLimits.token
    else { throw .refused(.token(.malformed)) }
    do throws(BearerError) {
      let (caller, application) = try await bearers.caller(
        String(words[1]), audience: host.audience(names), in: vault.home.account, from: origin.source)
      return (caller, application)
    } catch .throttled {
      throw .throttled
    } catch .fault {
      throw .unavailable
    } catch {
      throw .refused(error)
    }
  }

  private func origin(_ request: WireRequest) -> RequestOrigin {
    let agent = request.fields.values(of: "user-agent").first ?? ""
    return RequestOrigin(
      id: requestIDs.next(), door: "azure", source: request.connection.source,
      isEncrypted: request.connection.isEncrypted,
      userAgent: agent.truncated(toBytes: VaultLimits.userAgent))
  }
}
