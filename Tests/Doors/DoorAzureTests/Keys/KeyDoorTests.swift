import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Keys in vaults", .serialized)
struct KeyDoorTests {
  @Test("A key that is made is told as it is read and as it is listed")
  func making() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask(
      "POST", "/keys/Till/create",
      #"{"kty":"EC","crv":"P-384","tags":{"a":"b"},"attributes":{"exp":4000000000}}"#)
    #expect(made.status == 200 && made.body["key"]?["kty"]?.string == "EC")
    #expect(
      made.kid?.hasPrefix("https://one.vault.kms.example/keys/Till/") == true && made.version.count == 32)
    #expect(made.body["key"]?["key_ops"]?.elements.map(\.string) == ["sign", "verify"])
    // Names are the same in any case, and an empty version is the latest.
    for path in ["/keys/till", "/keys/Till/", "/keys/TILL/" + made.version] {
      let read = try await house.ask("GET", path)
      #expect(read.body["key"]?.containerText == made.body["key"]?.containerText)
      #expect(read.body["attributes"]?.containerText == made.body["attributes"]?.containerText)
    }
    let listed = try await house.ask("GET", "/keys").body["value"]?.elements.first
    #expect(listed?["kid"]?.string == "https://one.vault.kms.example/keys/Till")
    #expect(listed?["attributes"]?.containerText == made.body["attributes"]?.containerText)
    #expect(listed?["tags"]?["a"]?.string == "b")
    let versions = try await house.ask("GET", "/keys/Till/versions").body["value"]?.elements
    #expect(versions?.map { $0["kid"]?.string } == [made.kid])
    #expect(made.body["attributes"]?["exp"]?.integer == 4_000_000_000)
  }

  @Test("In a managed HSM every key is one of hardware, and other vaults don't see it")
  func managedHSM() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"oct"}"#, in: .managedHSM)
    #expect(made.body["key"]?["kty"]?.string == "oct-HSM")
    #expect(try await house.ask("GET", "/keys/k").code == "KeyNotFound")
    #expect(try await house.ask("GET", "/keys/k/" + made.version).code == "KeyNotFound")
  }

  @Test("A version of another name isn't found, whoever knows it")
  func otherName() async throws {
    let house = try await KeyHouse()
    let version = try await house.ask("POST", "/keys/one/create", #"{"kty":"EC"}"#).version
    _ = try await house.ask("POST", "/keys/two/create", #"{"kty":"EC"}"#)
    for (method, path, body) in [
      ("GET", "/keys/two/" + version, ""), ("PATCH", "/keys/two/" + version, #"{"key_ops":[]}"#),
      (
        "POST", "/keys/two/\(version)/sign",
        #"{"alg":"ES256","value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#
      ),
    ] {
      let told = try await house.ask(method, path, body)
      #expect(told.status == 404 && told.code == "KeyNotFound", "\(method)")
    }
    #expect(try await house.ask("GET", "/keys/one/nothex").status == 404)
    #expect(try await house.ask("GET", "/keys/o_ne").status == 400)
  }

  @Test("What is changed of a key shows, and every change is later than the one before")
  func updating() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"RSA","tags":{"a":"b"}}"#)
    var updated = made.body["attributes"]?["updated"]?.integer ?? .max
    for body in [
      #"{"key_ops":["verify"]}"#, #"{"tags":{}}"#, #"{"attributes":{"nbf":5,"exp":6}}"#, "{}",
      #"{"attributes":{"enabled":false}}"#,
    ] {
      let told = try await house.ask("PATCH", "/keys/k/", body)
      let next = told.body["attributes"]?["updated"]?.integer ?? 0
      #expect(told.status == 200 && next > updated)
      updated = next
    }
    let told = try await house.ask("GET", "/keys/k")
    #expect(told.body["key"]?["key_ops"]?.elements.map(\.string) == ["verify"])
    #expect(told.body["tags"]?.count == 0 && told.body["attributes"]?["exp"]?.integer == 6)
    #expect(told.body["attributes"]?["enabled"]?.bool == false)
    let use = try await house.ask(
      "POST", "/keys/k/verify",
      #"{"alg":"PS256","digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","value":"AA"}"#)
    #expect(use.status == 403 && use.innerCode == "KeyDisabled")
  }

  @Test("A rotated key keeps what it was and has another version; the old one goes on")
  func rotating() async throws {
    let house = try await KeyHouse()
    let first = try await house.ask(
      "POST", "/keys/k/create", #"{"kty":"RSA","key_ops":["encrypt","decrypt"],"tags":{"a":"b"}}"#)
    let there = try await house.ask("POST", "/keys/k//encrypt", #"{"alg":"RSA-OAEP","value":"AQI"}"#)
    #expect(there.body["kid"]?.string == first.kid)
    let second = try await house.ask("POST", "/keys/k/rotate")
    #expect(second.version != first.version && second.body["tags"]?["a"]?.string == "b")
    #expect(second.body["key"]?["key_ops"]?.elements.map(\.string) == ["encrypt", "decrypt"])
    #expect(try await house.ask("GET", "/keys/k").kid == second.kid)
    let back = #"{"alg":"RSA-OAEP","value":"\#(there.body["value"]?.string ?? "")"}"#
    #expect(try await house.ask("POST", "/keys/k/decrypt", back).code == "BadParameter")
    #expect(
      try await house.ask("POST", "/keys/k/\(first.version)/decrypt", back).body["value"]?.string == "AQI")
    #expect(try await house.ask("GET", "/keys/k/versions").body["value"]?.count == 2)
    #expect(try await house.ask("POST", "/keys/none/rotate").code == "KeyNotFound")
  }

  @Test("A rotation policy is carried out by the server, from version to version")
  func policy() async throws {
    let house = try await KeyHouse()
    let job = RenewalJob(house.table.house.engine) { (key) async throws(KMSError) in
      VaultRenewal.work(for: key)
    }
    _ = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    #expect(
      try await house.ask("GET", "/keys/k/rotationpolicy").body["lifetimeActions"]?.elements.first?[
        "action"]?[
          "type"]?.string == "Notify")
    let put = try await house.ask(
      "PUT", "/keys/k/rotationpolicy",
      #"{"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P60D"}}"#
    )
    #expect(put.body["id"]?.string == "https://one.vault.kms.example/keys/k/rotationpolicy")
    #expect(try await job.runOnce() == 0)
    for count in [2, 3] {
      house.table.house.clock.advance(seconds: 31 * 86_400)
      #expect(try await job.runOnce() == 1)
      #expect(try await job.runOnce() == 0)
      #expect(try await house.ask("GET", "/keys/k/versions").body["value"]?.count == count)
    }
    let told = try await house.ask("GET", "/keys/k")
    let created = told.body["attributes"]?["created"]?.integer ?? 0
    #expect(told.body["attributes"]?["exp"]?.integer == created + 60 * 86_400)
  }

  @Test("A deleted key is gone for its users, and comes back as it was or never")
  func deleting() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    let deleted = try await house.ask("DELETE", "/keys/k")
    #expect(
      deleted.kid == made.kid && deleted.body["recoveryId"]?.string?.hasSuffix("/deletedkeys/k") == true)
    #expect(try await house.ask("GET", "/keys/k").code == "KeyNotFound")
    #expect(try await house.ask("GET", "/keys").body["value"]?.count == 0)
    let again = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    #expect(again.status == 409 && again.innerCode == "ObjectIsDeletedButRecoverable")
    #expect(try await house.ask("GET", "/deletedkeys").body["value"]?.count == 1)
    #expect(try await house.ask("GET", "/deletedkeys/k").kid == made.kid)
    #expect(try await house.ask("POST", "/deletedkeys/k/recover").kid == made.kid)
    #expect(try await house.ask("GET", "/keys/k").kid == made.kid)
    _ = try await house.ask("DELETE", "/keys/k")
    #expect(try await house.ask("DELETE", "/deletedkeys/k").status == 204)
    #expect(try await house.ask("GET", "/deletedkeys/k").status == 404)
    #expect(try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#).status == 200)
  }

  @Test("An exportable key has a policy that says to whom it goes, and an immutable one stays")
  func release() async throws {
    let house = try await KeyHouse()
    let data = PlainAuthority.policy
    let policy = #""release_policy":{"data":"\#(data)","immutable":true}"#
    for body in [
      #"{"kty":"EC","attributes":{"exportable":true}}"#, #"{"kty":"EC",\#(policy)}"#,
      #"{"kty":"EC","attributes":{"exportable":true},"release_policy":{"data":"AAAA"}}"#,
      #"{"kty":"EC","attributes":{"exportable":true},"release_policy":{"data":"\#(KeyTable.base64("{}"))"}}"#,
    ] {
      #expect(try await house.ask("POST", "/keys/k/create", body).code == "BadParameter")
    }
    let made = try await house.ask(
      "POST", "/keys/k/create", #"{"kty":"EC","attributes":{"exportable":true},\#(policy)}"#)
    #expect(made.body["release_policy"]?["data"]?.string == data)
    #expect(made.body["attributes"]?["exportable"]?.bool == true)
    let other = KeyTable.base64(
      #"{"version":"1.0.0","anyOf":[{"authority":"https://a","allOf":[{"claim":"b","equals":1}]}]}"#)
    #expect(
      try await house.ask("PATCH", "/keys/k", #"{"release_policy":{"data":"\#(other)"}}"#).code
        == "BadParameter")
    #expect(try await house.ask("PATCH", "/keys/k", #"{\#(policy)}"#).status == 200)
  }

  @Test("Random bytes come in the number that is asked for, up to a limit")
  func random() async throws {
    let house = try await KeyHouse()
    let told = try await house.ask("POST", "/rng", #"{"count":128}"#, in: .managedHSM)
    #expect(told.body["value"]?.string?.utf8.count == 171)
    for body in ["{}", #"{"count":0}"#, #"{"count":129}"#, #"{"count":"5"}"#] {
      #expect(try await house.ask("POST", "/rng", body, in: .managedHSM).status == 400)
    }
  }
}
