import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import Synchronization
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

/// A vault with secrets, as callers see it who have shown who they are.
final class SecretHouse: Sendable {
  struct Told: Sendable {
    let status: Int
    let body: JSONValue

    var code: String? { body["error"]?["code"]?.string }
    var innerCode: String? { body["error"]?["innererror"]?["code"]?.string }
    /// 32 hex digits.
    var version: String { body["id"]?.string.map { String($0.suffix(32)) } ?? "" }
  }

  static let owner = Fixtures.caller(isRoot: true)
  let house: TestHouse
  let vault: Vault
  let application: Application
  /// Each request has an id of its own.
  private let requests = Mutex<UInt64>(0)

  init(changing change: (inout Vault) -> Void = { _ in }) async throws {
    house = try await TestHouse()
    application = Application(
      clientID: GUID(Bits128(high: 1, low: 1)), objectID: GUID(Bits128(high: 2, low: 2)),
      account: Fixtures.account, owner: IdentityID("AIDAshop"), name: "shop", createdAt: Fixtures.start)
    var vault = Vault(
      name: try #require(VaultName("shop")),
      home: Keyring(account: Fixtures.account, region: "local", kind: .vault), createdAt: Fixtures.start)
    change(&vault)
    self.vault = vault
  }

  /// A caller who may do just that, everywhere in the account.
  static func caller(may actions: [Action]) -> Caller {
    let statement = Statement(
      label: "test", effect: .allow, principals: nil, actions: ActionSet(actions),
      resources: ResourceSet([Glob("*")]), conditions: [])
    return Fixtures.caller(policies: [AttachedPolicy(name: "test", policy: Policy(statements: [statement]))])
  }

  /// A caller who has what the vault gives the application, and nothing else.
  var guest: Caller {
    VaultRights().caller(Fixtures.caller(policies: []), as: application, in: vault)
  }

  private var origin: RequestOrigin {
    Fixtures.origin(
      requests.withLock { count in
        count += 1
        return count
      })
  }

  /// - Parameter target: a path, maybe with a query, without the version of the protocol.
  func ask(
    _ method: String, _ target: String, _ body: String = "", as caller: Caller = SecretHouse.owner
  ) async throws -> Told {
    let parts = target.split(separator: "?", maxSplits: 1)
    let segments = try VaultDoor.segments(String(parts[0]))
    let query = "api-version=2026-04-01" + (parts.count > 1 ? "&" + parts[1] : "")
    let call = VaultCall(
      engine: house.engine, vault: vault, caller: caller, application: application, origin: origin,
      requestIDs: RequestIDs(house.custody), method: method, segments: segments,
      query: try #require(FormFields(Array(query.utf8))), version: .newest,
      body: WipedBytes(Array(body.utf8)),
      base: "https://shop.vault.kms.example")
    let collection = try #require(VaultDoor.collection(segments))
    let answer: VaultAnswer
    do throws(AzureError) {
      answer = try await collection.answer(call)
    } catch {
      answer = error.answer
    }
    let text = answer.body.isEmpty ? Array("{}".utf8) : answer.body
    return Told(status: answer.status, body: try JSONDocument(text, limits: VaultLimits.json).root)
  }
}
