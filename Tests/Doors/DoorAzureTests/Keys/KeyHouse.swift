import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

/// A vault and a managed HSM as their callers see them, once those have shown who they are.
struct KeyHouse: Sendable {
  struct Told: Sendable {
    let status: Int
    let body: JSONValue

    var code: String? { body["error"]?["code"]?.string }
    var innerCode: String? { body["error"]?["innererror"]?["code"]?.string }
    var message: String? { body["error"]?["message"]?.string }
    var kid: String? { body["key"]?["kid"]?.string }
    /// 32 hex digits.
    var version: String { kid.map { String($0.suffix(32)) } ?? "" }
  }

  let table: KeyTable
  let application: Application
  private let vaults: [Keyring.Kind: Vault]

  init() async throws {
    table = try await KeyTable()
    application = Application(
      clientID: GUID(Bits128(high: 1, low: 1)), objectID: GUID(Bits128(high: 2, low: 2)),
      account: Fixtures.account, owner: IdentityID("AIDAshop"), name: "shop", createdAt: Fixtures.start)
    var vaults: [Keyring.Kind: Vault] = [:]
    for (kind, name) in [(Keyring.Kind.vault, "one"), (.managedHSM, "two")] {
      vaults[kind] = Vault(
        name: try #require(VaultName(name)),
        home: Keyring(account: Fixtures.account, region: "local", kind: kind), createdAt: Fixtures.start)
    }
    self.vaults = vaults
  }

  /// What the server signs by.
  var tokens: TokenKeys { TokenKeys(table.house.engine, custody: table.house.custody) }

  /// A caller who may do just that, everywhere in the account.
  static func caller(may actions: [Action]) -> Caller {
    let statement = Statement(
      label: "test", effect: .allow, principals: nil, actions: ActionSet(actions),
      resources: ResourceSet([Glob("*")]), conditions: [])
    return Fixtures.caller(policies: [AttachedPolicy(name: "test", policy: Policy(statements: [statement]))])
  }

  /// - Parameter target: a path, maybe with a query, without the version of the protocol.
  func call(
    _ method: String, _ target: String, _ body: String = "", as caller: Caller = KeyTable.owner,
    in kind: Keyring.Kind = .vault, version: APIVersion = .v2025_07
  ) throws -> VaultCall {
    let parts = target.split(separator: "?", maxSplits: 1)
    let query = "api-version=2025-07-01" + (parts.count > 1 ? "&" + parts[1] : "")
    let vault = try #require(vaults[kind])
    return VaultCall(
      engine: table.house.engine, vault: vault, caller: caller, application: application,
      origin: table.origin, requestIDs: RequestIDs(table.house.custody), method: method,
      segments: try VaultDoor.segments(String(parts[0])),
      query: try #require(FormFields(Array(query.utf8))), version: version,
      body: WipedBytes(Array(body.utf8)), base: "https://\(vault.name.text).vault.kms.example",
      releases: KeyReleases(tokens, authorities: PlainAuthority()),
      statements: KeyStatements(tokens, certifier: TestCertifier(), isDevelopment: false))
  }

  func ask(
    _ method: String, _ target: String, _ body: String = "", as caller: Caller = KeyTable.owner,
    in kind: Keyring.Kind = .vault, version: APIVersion = .v2025_07
  ) async throws -> Told {
    let call = try call(method, target, body, as: caller, in: kind, version: version)
    let collection = try #require(VaultDoor.collection(call.segments))
    let answer: VaultAnswer
    do throws(AzureError) {
      answer = try await collection.answer(call)
    } catch {
      answer = error.answer
    }
    let text = answer.body.isEmpty ? "{}" : String(decoding: answer.body, as: UTF8.self)
    return Told(status: answer.status, body: try KeyTable.json(text))
  }
}

/// An authority whose word is good as it stands: claims in base 64 for URLs.
struct PlainAuthority: EnvironmentVerifier {
  static let name = "https://attest.example"

  func verify(statement: String) async throws(TokenFault) -> VerifiedStatement {
    guard let claims = Base64.urlBytes(Array(statement.utf8).span) else { throw .malformed }
    return VerifiedStatement(authority: PlainAuthority.name, claims: claims)
  }

  /// What it says of an environment whose claim `level` is this.
  static func statement(level: Int) -> String {
    let modulus = [UInt8](repeating: 0xc3, count: 256)
    let key = #"{"kty":"RSA","n":"\#(KeyTable.base64(modulus))","e":"AQAB"}"#
    return KeyTable.base64(#"{"level":\#(level),"x-ms-runtime":{"keys":[\#(key)]}}"#)
  }

  /// A release policy that wants a level of at least 2.
  static let policy = KeyTable.base64(
    #"{"version":"1.0.0","anyOf":[{"authority":"\#(name)/","allOf":[{"claim":"level","greaterOrEquals":2}]}]}"#
  )
}
