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
  private let statements: KeyStatements
  private let rights = VaultRights()

  package init(
    names: AuthorityNames, engine: Engine, bearers: BearerAuthenticator, requestIDs: RequestIDs,
    serverVersion: String, releases: KeyReleases, statements: KeyStatements
  ) {
    self.names = names
    self.engine = engine
    self.bearers = bearers
    self.requestIDs = requestIDs
    self.serverVersion = serverVersion
    self.releases = releases
    self.statements = statements
  }

  /// Whether a request is for a vault. Only over TLS: clients send tokens.
  package func takes(host: String?, isEncrypted: Bool) -> Bool {
    guard isEncrypted, let host else { return false }
    return VaultHost(host, names) != nil
  }

  package func respond(_ request: WireRequest) async -> WireResponse {
    let origin = origin(request)
    var headers = headers(request, origin, nil)
    guard let host = request.fields.value(of: "host").flatMap({ VaultHost($0, names) }) else {
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

  package func refuse(_ refusal: BodyRefusal, _ connection: ConnectionFacts) async -> WireResponse {
    let origin = RequestOrigin(
      id: requestIDs.next(), door: "azure", source: connection.source, isEncrypted: connection.isEncrypted,
      userAgent: "")
    let headers = VaultHeaders(
      request: origin.id, clientRequest: nil, region: nil, version: serverVersion)
    let error: AzureError =
      switch refusal {
      case .tooLong: AzureError(413, "RequestEntityTooLarge", "The request is longer than the server takes.")
      case .tooMany: .throttled(after: 1)
      }
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
      let query = try VaultQuery(request.target)
      let call = try call(request, query, host, vault, origin, proved.caller, proved.application)
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

  func call(
    _ request: WireRequest, _ query: VaultQuery, _ host: VaultHost, _ vault: Vault, _ origin: RequestOrigin,
    _ caller: Caller, _ application: Application
  ) throws(AzureError) -> VaultCall {
    VaultCall(
      engine: engine, vault: vault,
      caller: rights.caller(caller, as: application, in: vault), application: application,
      origin: origin, requestIDs: requestIDs, method: VaultDoor.method(request),
      segments: try VaultDoor.segments(request.target), query: query.fields, version: query.version,
      body: request.body, base: host.base, releases: releases, statements: statements)
  }

  /// What is meant: clients that can't say it say POST, and it in a field ("Authentication, requests and responses" of Azure's documentation).
  private static func method(_ request: WireRequest) -> String {
    guard request.method == "POST", let meant = request.fields.value(of: "x-http-request") else {
      return request.method
    }
    return meant.uppercased()
  }

  /// Segments may be empty: clients leave a version open that way. In front, they mean nothing.
  static func segments(_ target: String) throws(AzureError) -> [String] {
    var segments: [String] = []
    segments.reserveCapacity(4)
    var rest = target.utf8[...].prefix { $0 != UInt8(ascii: "?") }.drop { $0 == UInt8(ascii: "/") }
    while !rest.isEmpty {
      let segment = rest.prefix { $0 != UInt8(ascii: "/") }
      segments.append(String(Substring(segment)))
      rest = rest.dropFirst(segment.count)
      if rest.count == 1 { segments.append("") }
      rest = rest.dropFirst()
      guard segments.count <= VaultLimits.segments else { throw .notFound }
    }
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
    return headers.response(error)
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
      let body = host.kind == .managedHSM ? [] : challenge.error(host.audience).answer.body
      var response = headers.response(VaultAnswer(status: 401, body))
      let authority = names.authority(port: host.place.port, tenant: vault.home.account.tenant)
      response.add(
        "www-authenticate",
        "Bearer authorization=\"\(authority)\", resource=\"\(host.audience)\"")
      return response
    }
  }

  private func prove(
    _ request: WireRequest, _ host: VaultHost, _ vault: Vault, _ origin: RequestOrigin
  ) async throws(VaultChallenge) -> (caller: Caller, application: Application) {
    let bearer = try VaultDoor.bearer(request)
    do throws(BearerError) {
      return try await bearers.caller(
        String(decoding: bearer, as: UTF8.self), audience: host.audience, in: vault.home.account,
        from: origin.source)
    } catch .throttled {
      throw .throttled
    } catch .fault {
      throw .unavailable
    } catch {
      throw .refused(error)
    }
  }

  /// The token of a request.
  private static func bearer(_ request: WireRequest) throws(VaultChallenge) -> ArraySlice<UInt8> {
    let fields = request.fields.fields.filter { request.fields.has("authorization", at: $0) }
    guard let field = fields.first else { throw .missing }
    let scheme = "bearer "
    let bytes = request.fields.bytes[field.value]
    let token = bytes.dropFirst(scheme.utf8.count)
    guard fields.count == 1, (1...VaultLimits.token).contains(token.count),
      bytes.prefix(scheme.utf8.count).lazy.map({ $0 == 0x20 ? $0 : $0 | 0x20 }).elementsEqual(scheme.utf8)
    else { throw .refused(.token(.malformed)) }
    return token
  }

  /// The vault of a host, if it is in use and in memory.
  func vaultNow(_ host: VaultHost) -> Vault? {
    guard let vault = engine.desk.warmVault(host.name), vault.deletedAt == nil, vault.home.kind == host.kind
    else { return nil }
    return vault
  }

  /// Who brings a token that was shown before; nil for everybody else.
  func callerNow(_ request: WireRequest, _ host: VaultHost, _ vault: Vault) -> KnownApplication? {
    guard let bearer = try? VaultDoor.bearer(request) else { return nil }
    return bearers.callerNow(bearer, audience: host.audience, in: vault.home.account)
  }

  func headers(_ request: WireRequest, _ origin: RequestOrigin, _ vault: Vault?) -> VaultHeaders {
    VaultHeaders(
      request: origin.id,
      clientRequest: VaultHeaders.echo(request.fields.value(of: "x-ms-client-request-id")),
      region: vault?.home.region, version: serverVersion, source: origin.source)
  }

  func origin(_ request: WireRequest) -> RequestOrigin {
    let agent = request.fields.value(of: "user-agent") ?? ""
    return RequestOrigin(
      id: requestIDs.next(), door: "azure", source: request.connection.source,
      isEncrypted: request.connection.isEncrypted,
      userAgent: agent.truncated(toBytes: VaultLimits.userAgent))
  }
}
