import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Backups of keys and secrets", .serialized)
struct ItemBackupTests {
  private func backup(_ house: KeyHouse, _ name: String, in kind: Keyring.Kind = .vault) async throws
    -> String
  {
    let told = try await house.ask("POST", "/keys/\(name)/backup", in: kind)
    #expect(told.status == 200)
    return #"{"value":"\#(try #require(told.body["value"]?.string))"}"#
  }

  @Test("A key comes back with all its versions as they were, under their own names")
  func versions() async throws {
    let house = try await KeyHouse()
    let first = try await house.ask(
      "POST", "/keys/Own/create", #"{"kty":"EC","tags":{"a":"b"},"attributes":{"exp":4102444800}}"#)
    let second = try await house.ask(
      "POST", "/keys/own/create", #"{"kty":"EC","attributes":{"enabled":false}}"#)
    let seen = try await house.ask("GET", "/keys/own/" + first.version)
    let backup = try await backup(house, "own")
    #expect(try await house.ask("POST", "/keys/restore", backup).status == 409)
    #expect(try await house.ask("DELETE", "/keys/own").status == 200)
    let deleted = try await house.ask("POST", "/keys/restore", backup)
    #expect(deleted.status == 409 && deleted.innerCode == "ObjectIsDeletedButRecoverable")
    #expect(try await house.ask("DELETE", "/deletedkeys/own").status == 204)
    house.table.house.clock.advance(seconds: 60)
    let restored = try await house.ask("POST", "/keys/restore", backup)
    #expect(restored.status == 200 && restored.kid == second.kid)
    #expect(try await house.ask("GET", "/keys/own").kid == second.kid)
    #expect(try await house.ask("GET", "/keys/own").body["attributes"]?["enabled"]?.bool == false)
    let again = try await house.ask("GET", "/keys/own/" + first.version)
    for member in ["created", "updated", "exp"] {
      let number = again.body["attributes"]?[member]?.integer
      #expect(number != nil && number == seen.body["attributes"]?[member]?.integer)
    }
    #expect(again.body["tags"]?["a"]?.string == "b" && again.kid == seen.kid)
    #expect(again.body["key"]?["x"]?.string == seen.body["key"]?["x"]?.string)
    let list = try await house.ask("GET", "/keys/own/versions")
    #expect(
      list.body["value"]?.elements.compactMap { $0["kid"]?.string }
        == [second.kid, first.kid].compactMap { $0 })
    // The next one follows the latest.
    #expect(try await house.ask("POST", "/keys/own/create", #"{"kty":"EC"}"#).status == 200)
    #expect(try await house.ask("GET", "/keys/own/versions").body["value"]?.count == 3)
  }

  @Test("Backups of others, of other kinds and of nothing are refused alike, to whoever may restore")
  func refused() async throws {
    let house = try await KeyHouse()
    _ = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    let own = try await backup(house, "k")
    _ = try await house.ask("POST", "/keys/h/create", #"{"kty":"EC"}"#, in: .managedHSM)
    let hsm = try await backup(house, "h", in: .managedHSM)
    _ = try await house.ask("PUT", "/secrets/s", #"{"value":"1"}"#)
    let secret = try await house.ask("POST", "/secrets/s/backup").body["value"]?.string ?? ""
    let foreign = try await KeyHouse()
    _ = try await foreign.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    let other = try await backup(foreign, "k")
    for body in [hsm, other, #"{"value":"\#(secret)"}"#, #"{"value":""}"#, #"{"value":"AAAA"}"#] {
      let told = try await house.ask("POST", "/keys/restore", body)
      #expect(told.status == 400 && told.code == "BadParameter")
      let nobody = KeyHouse.caller(may: [.backUpVaultKey, .restoreSecret])
      #expect(try await house.ask("POST", "/keys/restore", body, as: nobody).status == 403)
    }
    #expect(try await house.ask("POST", "/secrets/restore", own).code == "BadParameter")
    #expect(try await house.ask("POST", "/keys/restore", "{}").code == "BadParameter")
    #expect(try await house.ask("POST", "/keys/restore", #"{"value":"!"}"#).code == "BadParameter")
    #expect(try await house.ask("POST", "/keys/none/backup").status == 404)
  }

  @Test("Taking and restoring backups are recorded with what tells the backup from others")
  func records() async throws {
    let house = try await KeyHouse()
    _ = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    let backup = try await backup(house, "k")
    for (method, target) in [("DELETE", "/keys/k"), ("DELETE", "/deletedkeys/k")] {
      #expect(try await house.ask(method, target).status < 300)
    }
    #expect(try await house.ask("POST", "/keys/restore", backup).status == 200)
    let log = try house.table.house.logText()
    let lines = log.split(separator: "\n").filter { $0.contains("\"backup\"") }
    #expect(lines.count == 3)
    for (line, operation) in zip(lines, ["BackupKey", "OpenBackup", "RestoreKey"]) {
      #expect(line.contains(operation))
    }
  }
}
