import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

@Suite("Release policies")
struct ReleaseRulesTests {
  private func rules(_ text: String) throws(KeyFault) -> ReleaseRules { try ReleaseRules(Array(text.utf8)) }

  private func ruling(_ condition: String) -> String {
    #"{"version":"1.0.0","anyOf":[{"authority":"https://a/","allOf":[\#(condition)]}]}"#
  }

  private func holds(_ condition: String, _ claims: String, by authority: String = "https://a") throws -> Bool
  {
    try rules(ruling(condition)).allow(try KeyTable.json(claims), by: authority)
  }

  @Test(
    "A condition holds of the claims that it is about",
    arguments: [
      (#"{"claim":"a","equals":"b"}"#, #"{"a":"b"}"#, true),
      (#"{"claim":"a","equals":"b"}"#, #"{"a":"B"}"#, false),
      (#"{"claim":"a","equals":1}"#, #"{"a":1.0}"#, true),
      (#"{"claim":"a","equals":1}"#, #"{"a":"1"}"#, false),
      (#"{"claim":"a","equals":"true"}"#, #"{"a":true}"#, true),
      (#"{"claim":"a","equals":false}"#, #"{"a":"false"}"#, true),
      (#"{"claim":"a","equals":true}"#, #"{"a":1}"#, false),
      (#"{"claim":"a","notEquals":"b"}"#, #"{"a":"c"}"#, true),
      (#"{"claim":"a","notEquals":"b"}"#, #"{"a":"b"}"#, false),
      (#"{"claim":"a","notEquals":"true"}"#, #"{"a":true}"#, false),
      (#"{"claim":"a","less":2}"#, #"{"a":1}"#, true),
      (#"{"claim":"a","less":2}"#, #"{"a":2}"#, false),
      (#"{"claim":"a","lessOrEquals":2}"#, #"{"a":2}"#, true),
      (#"{"claim":"a","greater":2}"#, #"{"a":2}"#, false),
      (#"{"claim":"a","greater":-1}"#, #"{"a":0}"#, true),
      (#"{"claim":"a","greaterOrEquals":2}"#, #"{"a":"3"}"#, false),
      (#"{"claim":"a","exists":true}"#, #"{"a":[]}"#, true),
      (#"{"claim":"a","exists":true}"#, #"{"a":null}"#, false),
      (#"{"claim":"a","exists":"false"}"#, #"{"b":1}"#, true),
      (#"{"claim":"a.b","equals":1}"#, #"{"a":{"b":1}}"#, true),
      (#"{"claim":"a.b","equals":1}"#, #"{"a.b":1,"a":{"b":2}}"#, true),
      (#"{"claim":"a.b.c","equals":1}"#, #"{"a":{"b.c":1}}"#, true),
      (#"{"claim":"a.b","equals":1}"#, #"{"a":1}"#, false),
    ])
  func conditions(condition: String, claims: String, expected: Bool) throws {
    #expect(try holds(condition, claims) == expected)
  }

  @Test(
    "A claim that is absent, or of more than one value, meets no condition",
    arguments: ["equals", "notEquals", "less", "lessOrEquals", "greater", "greaterOrEquals"])
  func absent(name: String) throws {
    for claims in ["{}", #"{"a":null}"#, #"{"a":[1]}"#, #"{"a":{"b":1}}"#] {
      #expect(try !holds(#"{"claim":"a","\#(name)":1}"#, claims))
    }
  }

  @Test("Groups hold when all of their conditions do, or any")
  func groups() throws {
    let (one, two) = (#"{"claim":"a","equals":1}"#, #"{"claim":"b","equals":1}"#)
    #expect(try holds("\(one),\(two)", #"{"a":1,"b":1}"#))
    #expect(try !holds("\(one),\(two)", #"{"a":1}"#))
    #expect(try holds(#"{"anyOf":[\#(one),\#(two)]}"#, #"{"b":1}"#))
    #expect(try !holds(#"{"anyOf":[\#(one),{"allOf":[\#(one),\#(two)]}]}"#, #"{"b":1}"#))
  }

  @Test("Only an authority that the policy names is listened to")
  func authorities() throws {
    let condition = #"{"claim":"a","equals":1}"#
    for name in ["https://a", "https://a/"] { #expect(try holds(condition, #"{"a":1}"#, by: name)) }
    for name in ["https://b", "https://a//", "https://A", ""] {
      #expect(try !holds(condition, #"{"a":1}"#, by: name))
    }
  }

  @Test(
    "What isn't in the grammar isn't passed over",
    arguments: [
      "", "[]", "{}", #"{"version":"1.0.0"}"#, #"{"version":"1.0.0","anyOf":[]}"#,
      #"{"version":"1.0.0","allOf":[{"authority":"a","allOf":[{"claim":"a","equals":1}]}]}"#,
      #"{"version":"3","anyOf":[{"authority":"a","allOf":[{"claim":"a","equals":1}]}]}"#,
      #"{"version":"1.0.0","anyOf":[{"authority":"a","allOf":[{"claim":"a","equals":1}]}],"x":1}"#,
      #"{"version":"1.0.0","anyOf":[{"authority":"a","allOf":[{"claim":"a","equals":1}],"x":1}]}"#,
      #"{"version":"1.0.0","anyOf":[{"authority":"a","anyOf":[{"claim":"a","equals":1}],"anyof":[]}]}"#,
      #"{"version":"1.0.0","anyOf":[{"authority":"a","allOf":[{"claim":"a"}]}]}"#,
      #"{"version":"1.0.0","anyOf":[{"authority":"a","allOf":[{"claim":"a","Equals":1}]}]}"#,
      #"{"version":"1.0.0","anyOf":[{"authority":"a","allOf":[{"claim":"a","equals":1e999}]}]}"#,
    ])
  func refused(text: String) {
    #expect(throws: KeyFault.invalid("release_policy")) { _ = try rules(text) }
  }
}

// One after the other: every house has files open.
@Suite("Releases of keys", .serialized)
struct ReleaseTests {
  @Test("A key goes to an environment that its policy allows, and to no other")
  func release() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask(
      "POST", "/keys/k/create",
      #"{"kty":"EC","attributes":{"exportable":true},"release_policy":{"data":"\#(PlainAuthority.policy)"}}"#)
    #expect(made.status == 200)
    func ask(_ level: Int, _ more: String = "") async throws -> KeyHouse.Told {
      try await house.ask(
        "POST", "/keys/k/\(made.version)/release",
        #"{"target":"\#(PlainAuthority.statement(level: level))"\#(more)}"#)
    }
    for more in ["", #","enc":"RSA_AES_KEY_WRAP_256","nonce":"n""#, #","enc":"RSA_AES_KEY_WRAP_384""#] {
      let told = try await ask(2, more)
      #expect(told.status == 200)
      let parts = (told.body["value"]?.string ?? "").split(separator: ".")
      let payload = try #require(parts.count == 3 ? Base64.urlBytes(Array(parts[1].utf8).span) : nil)
      let json = try KeyTable.json(String(decoding: payload, as: UTF8.self))
      #expect(json["request"]?["kid"]?.string == made.kid)
      #expect(json["response"]?["key"]?["key"]?["key_hsm"]?.string != nil)
    }
    let refused = try await ask(1)
    #expect(refused.status == 403 && refused.code == "Forbidden")
    #expect(
      refused.message == "Target environment attestation does not meet key release policy requirements.")
    #expect(try await ask(2, #","enc":"none""#).code == "BadParameter")
    let log = try house.table.house.logText()
    #expect(log.contains("attest.example") && !log.contains(PlainAuthority.statement(level: 2)))
  }
}
