import Foundation
import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
import KMSTestKit
import KMSTokens
import NetKit
import TestHouse
import WireJSON

@testable import DoorAzure

/// An authority over the parts that ship, with one application: "shop", of the user of that name.
struct Place: Sendable {
  static let names = AuthorityNames(domain: "kms.example")
  static let resource = "https://vault.kms.example:8443"
  let house: TestHouse
  let application: Application
  let secret: String
  let authority: AzureAuthority
  let bearers: BearerAuthenticator
  let tokens: TokenKeys

  init(quotas: WebIdentityQuotas? = nil, vaultQuotas: VaultQuotas? = nil) async throws {
    let house = try await TestHouse(vaultQuotas: vaultQuotas)
    self.house = house
    _ = try await house.engine.run(
      SetUpUser("shop", in: Fixtures.account, .readyMade([]), withAccessKey: false), as: .system,
      from: Fixtures.origin(1)
    )
    let made = try await house.engine.run(
      CreateApplication("shop", for: "shop", in: Fixtures.account), as: .system, from: Fixtures.origin(2))
    let changed = try await house.engine.run(
      UpdateApplication(made.application.clientID, in: Fixtures.account, .addSecret(days: 90)), as: .system,
      from: Fixtures.origin(3))
    application = changed.owned.application
    secret =
      changed.secret?.text.readOnce { bytes in
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      } ?? ""
    let applications = KnownApplications(
      store: house.store, authenticator: house.custody, vocabulary: PlainVocabulary(), cacheLimit: 8)
    let tokens = TokenKeys(house.engine, custody: house.custody)
    let keySet: @Sendable () async throws -> [UInt8] = { try TokenKeySet.document(await tokens.published()) }
    let federated = FederatedApplications(
      applications, store: house.store, authenticator: house.custody, vocabulary: PlainVocabulary(),
      tokens: NoIssuers())
    self.tokens = tokens
    bearers = BearerAuthenticator(
      applications,
      own: OwnTokens(
        isOwnIssuer: { Place.names.isOwnIssuer($0, $1) }, document: keySet, clock: house.clock,
        faults: house.faults), federated: federated)
    authority = AzureAuthority(
      names: Place.names, tokens: tokens, engine: house.engine, requestIDs: RequestIDs(house.custody),
      clients: ClientAuthenticator(
        applications, assertions: ApplicationAssertions(realClock: house.clock), federated: federated,
        codes: house.custody, clock: house.clock, quotas: quotas.map { ($0, house.elapsed) }),
      applications: applications, keySet: keySet, machine: nil)
  }

  func ask(
    _ method: String, _ target: String, _ body: String = "", host: String = "login.kms.example:8443",
    encrypted: Bool = true, header: String? = nil
  ) async -> (status: Int, body: JSONValue?) {
    var fields = [(name: "host", value: host)]
    if let header { fields.append((name: "x-identity-header", value: header)) }
    let answer = await authority.respond(
      WireRequest(
        method: method, target: target, fields: FieldTable(adding: fields),
        body: WipedBytes(Array(body.utf8)),
        connection: ConnectionFacts(source: "10.0.0.1", isEncrypted: encrypted)))
    let document = try? JSONDocument(answer.body, limits: JSONDocument.Limits(depth: 8, nodes: 200))
    return (answer.status, document?.root)
  }

  func form(_ changes: [String: String?] = [:]) -> String {
    var fields: [String: String?] = [
      "grant_type": "client_credentials", "client_id": application.clientID.text, "client_secret": secret,
      "scope": "https%3A%2F%2Fvault.kms.example%3A8443%2F.default",
    ]
    fields.merge(changes) { $1 }
    return fields.compactMap { name, value in value.map { name + "=" + $0 } }.joined(separator: "&")
  }

  /// A token as clients get it.
  func token() async -> String? {
    await ask("POST", "/adfs/oauth2/v2.0/token", form()).body?["access_token"]?.string
  }

  func failure(_ bearer: String, audience: String = resource, in account: AccountID = Fixtures.account) async
    -> BearerError?
  {
    do throws(BearerError) {
      _ = try await bearers.caller(bearer, audience: audience, in: account, from: "10.0.0.1")
      return nil
    } catch {
      return error
    }
  }
}
