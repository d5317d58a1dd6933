import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Keys of other protocols with names in vaults", .serialized)
struct AdoptionTests {
  private static let home = Keyring(account: Fixtures.account, region: "local", kind: .aws)

  private func key(_ house: KeyHouse) async throws -> KeyRecord {
    try await house.table.house.engine.run(
      CreateKey(
        home: Self.home, spec: .p256, usages: [.sign, .verify], description: "", tags: [], policy: nil,
        bypassesLockoutCheck: false), as: KeyTable.owner, from: house.table.origin
    ).record
  }

  private func adopt(
    _ record: KeyRecord, as name: String, _ house: KeyHouse, by caller: Caller = KeyTable.owner
  ) async throws {
    let vault = Vault(
      name: try #require(VaultName("one")),
      home: Keyring(account: Fixtures.account, region: "local", kind: .vault), createdAt: Fixtures.start)
    let reference = KeyReference(.id(record.id), asWritten: record.identifier)
    let work = try #require(Adoption.work(reference, as: name, in: vault))
    _ = try await house.table.house.engine.run(work, as: caller, from: house.table.origin)
  }

  @Test("It is read, signs and is listed by its name, with its identifier as its version")
  func use() async throws {
    let house = try await KeyHouse()
    let record = try await key(house)
    try await adopt(record, as: "till", house)
    let version = record.identifier.split(separator: "-").joined()
    let read = try await house.ask("GET", "/keys/till/")
    #expect(read.status == 200 && read.kid?.hasSuffix("/keys/till/" + version) == true)
    #expect(read.body["key"]?["key_ops"]?.elements.map(\.string) == ["sign", "verify"])
    let digest = KeyTable.base64([UInt8](repeating: 1, count: 32))
    for path in ["/keys/till/sign", "/keys/Till/\(version)/sign"] {
      #expect(try await house.ask("POST", path, #"{"alg":"ES256","value":"\#(digest)"}"#).status == 200)
    }
    let other = String(repeating: "0", count: 32)
    #expect(try await house.ask("GET", "/keys/till/" + other).status == 404)
    for path in ["/keys", "/keys/till/versions"] {
      let listed = try await house.ask("GET", path)
      #expect(listed.body["value"]?.count == 1, "\(path)")
    }
  }

  @Test(
    "What its own protocol decides is refused, to whoever has the right as a conflict",
    arguments: [
      ("POST", "/keys/till/create", #"{"kty":"EC"}"#, Action.createVaultKey),
      ("POST", "/keys/till/rotate", "", .rotateVaultKey), ("PUT", "/keys/till", "{}", .importVaultKey),
      ("GET", "/keys/till/rotationpolicy", "", .readRotationPolicy),
      ("PATCH", "/keys/till/", #"{"tags":{"a":"b"}}"#, .updateVaultKey),
    ])
  func refusals(method: String, target: String, body: String, action: Action) async throws {
    let house = try await KeyHouse()
    try await adopt(try await key(house), as: "till", house)
    let told = try await house.ask(method, target, body, as: KeyHouse.caller(may: [action]))
    #expect(told.status == 409 && told.innerCode == "KeyIsAdopted")
    #expect(try await house.ask(method, target, body, as: KeyHouse.caller(may: [.listSecrets])).status == 403)
  }

  @Test("Deleting the name leaves the key, and the name comes back or is free")
  func deletion() async throws {
    let house = try await KeyHouse()
    let record = try await key(house)
    try await adopt(record, as: "till", house)
    #expect(try await house.ask("DELETE", "/keys/till").status == 200)
    #expect(try await house.ask("GET", "/keys/till").status == 404)
    #expect(try await house.ask("GET", "/deletedkeys/till").status == 200)
    #expect(try await house.ask("POST", "/deletedkeys/till/recover").status == 200)
    #expect(try await house.ask("GET", "/keys/till").status == 200)
    #expect(try await house.ask("DELETE", "/keys/till").status == 200)
    #expect(try await house.ask("DELETE", "/deletedkeys/till").status == 204)
    let now = try await house.table.house.engine.desk.load(record.id)
    #expect(now?.record.state == .active)
    try await adopt(record, as: "till", house)
  }

  @Test("Adopting takes its own right on the key, and the one to make a key in the vault")
  func rights() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    #expect(made.status == 200)
    let record = try await key(house)
    for actions: [Action] in [[.createVaultKey], [.adoptVaultKey], [.describeKey, .readVaultKey]] {
      await #expect(throws: KMSError.self) {
        try await adopt(record, as: "till", house, by: KeyHouse.caller(may: actions))
      }
    }
    #expect(try await house.ask("GET", "/keys/till").status == 404)
  }
}
