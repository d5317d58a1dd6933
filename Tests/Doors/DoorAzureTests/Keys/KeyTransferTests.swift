import KMSBytes
import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Keys that come under other keys", .serialized)
struct KeyTransferTests {
  private static let exchange = #"{"kty":"RSA-HSM","key_size":2048,"key_ops":["import"]}"#

  private func house(_ exchange: String = exchange) async throws -> (KeyHouse, KeyHouse.Told) {
    let house = try await KeyHouse()
    let key = try await house.ask("POST", "/keys/kek/create", exchange)
    #expect(key.status == 200)
    return (house, key)
  }

  /// The ciphertext of a key that was released to another one: RSA-OAEP with SHA-1 of an AES key, and the key under that.
  /// - Parameter source: the rest of the path, and what makes the key.
  private func released(
    _ source: (method: String, path: String, body: String), to kek: KeyHouse.Told, _ house: KeyHouse
  ) async throws -> [UInt8] {
    let terms =
      #""attributes":{"exportable":true},"release_policy":{"data":"\#(PlainAuthority.policy)"}"#
    let made = try await house.ask(
      source.method, "/keys/source" + source.path, "{\(source.body),\(terms)}")
    #expect(made.status == 200, "\(made.message ?? "")")
    let numbers = ["n", "e"].map { kek.body["key"]?[$0]?.string ?? "" }
    let key = #"{"kty":"RSA","n":"\#(numbers[0])","e":"\#(numbers[1])","kid":"\#(kek.kid ?? "")"}"#
    let target = KeyTable.base64(#"{"level":2,"x-ms-runtime":{"keys":[\#(key)]}}"#)
    let told = try await house.ask("POST", "/keys/source//release", #"{"target":"\#(target)"}"#)
    let parts = told.body["value"]?.string?.split(separator: ".") ?? []
    #expect(parts.count == 3, "\(told.message ?? "")")
    let payload = try json(String(parts[1]))
    // What a release gives is such a blob as it is.
    let blob = try json(payload["response"]?["key"]?["key"]?["key_hsm"]?.string ?? "")
    #expect(blob["header"]?["kid"]?.string == kek.kid)
    return try #require(blob["ciphertext"]?.withPlainBytes { Base64.urlBytes($0) } ?? nil)
  }

  private func json(_ base64: String) throws -> JSONValue {
    let bytes = Base64.urlBytes(Array(base64.utf8).span)
    return try KeyTable.json(String(decoding: try #require(bytes), as: UTF8.self))
  }

  private func octets(
    _ material: [UInt8], to kek: KeyHouse.Told, _ house: KeyHouse
  ) async throws -> [UInt8] {
    try await released(
      ("PUT", "", #""key":{"kty":"oct","k":"\#(KeyTable.base64(material))"}"#), to: kek, house)
  }

  private func blob(
    _ kid: String, _ ciphertext: [UInt8], schema: String = "1.0.0", alg: String = "dir",
    enc: String = "CKM_RSA_AES_KEY_WRAP"
  ) -> String {
    KeyTable.base64(
      #"{"schema_version":"\#(schema)","header":{"kid":"\#(kid)","alg":"\#(alg)","enc":"\#(enc)"},"#
        + #""ciphertext":"\#(KeyTable.base64(ciphertext))","generator":"a test"}"#)
  }

  private func bring(
    _ blob: String, _ house: KeyHouse, _ key: String = #""kty":"oct-HSM""#, to name: String = "mine",
    as caller: Caller = KeyTable.owner, in kind: Keyring.Kind = .vault
  ) async throws -> KeyHouse.Told {
    try await house.ask(
      "PUT", "/keys/" + name, #"{"key":{\#(key),"key_hsm":"\#(blob)"}}"#, as: caller, in: kind)
  }

  @Test("A symmetric key, a curve and RSA come in as what they are")
  func kinds() async throws {
    let (house, kek) = try await house()
    let kid = try #require(kek.kid)
    let symmetric = try await bring(blob(kid, octets([UInt8](1...16), to: kek, house)), house)
    #expect(
      symmetric.status == 200 && symmetric.body["key"]?["kty"]?.string == "oct-HSM",
      "\(symmetric.message ?? "")")
    // RFC 3394 section 4.1 is such a key's work.
    let wrap = #"{"alg":"A128KW","value":"AAAAAAAAAAAAAAAAAAAAAA"}"#
    let plain = try await house.ask(
      "PUT", "/keys/plain", #"{"key":{"kty":"oct","k":"\#(KeyTable.base64([UInt8](1...16)))"}}"#)
    #expect(plain.status == 200)
    let wrapped = try await house.ask("POST", "/keys/mine/wrapkey", wrap).body["value"]?.string
    #expect(try await house.ask("POST", "/keys/plain/wrapkey", wrap).body["value"]?.string == wrapped)
    #expect(wrapped != nil)

    let curve = try await bring(
      blob(kid, released(("POST", "/create", #""kty":"EC","crv":"P-384""#), to: kek, house)), house,
      #""kty":"EC","crv":"P-384""#, to: "curve")
    #expect(curve.body["key"]?["kty"]?.string == "EC-HSM" && curve.body["key"]?["crv"]?.string == "P-384")
    let rsa = try await bring(
      blob(kid, released(("POST", "/create", #""kty":"RSA""#), to: kek, house)), house,
      #""kty":"RSA-HSM","key_ops":["sign"]"#,
      to: "rsa")
    #expect(rsa.body["key"]?["n"]?.string?.utf8.count == 342, "\(rsa.message ?? "")")
    #expect(rsa.body["key"]?["key_ops"]?.elements.map(\.string) == ["sign"])
    // As the next version of a name, without a version in the kid, and in capitals.
    let base = try #require(kid.split(separator: "/").dropLast().last).uppercased()
    let again = try await bring(
      blob("https://ONE.vault.kms.example/keys/\(base)", octets([UInt8](1...32), to: kek, house)), house)
    #expect(again.status == 200 && again.version != symmetric.version)
  }

  @Test("A key that is for import does nothing else, and stays that")
  func exchangeKey() async throws {
    let (house, kek) = try await house()
    let digest = KeyTable.base64([UInt8](repeating: 1, count: 32))
    for (word, body) in [
      ("encrypt", #"{"alg":"RSA-OAEP","value":"AA"}"#), ("decrypt", #"{"alg":"RSA-OAEP","value":"AA"}"#),
      ("wrapkey", #"{"alg":"RSA-OAEP","value":"AA"}"#), ("unwrapkey", #"{"alg":"RSA-OAEP","value":"AA"}"#),
      ("sign", #"{"alg":"PS256","value":"\#(digest)"}"#),
      ("verify", #"{"alg":"PS256","digest":"\#(digest)","value":"AA"}"#),
    ] {
      let told = try await house.ask("POST", "/keys/kek/" + word, body)
      #expect(told.status == 403 && told.innerCode == "KeyOperationForbidden", "\(word)")
    }
    #expect(
      try await house.ask("PATCH", "/keys/kek", #"{"key_ops":["unwrapKey"]}"#).code == "BadParameter")
    #expect(try await house.ask("PATCH", "/keys/kek", #"{"key_ops":["import"],"tags":{}}"#).status == 200)
    _ = try await house.ask("POST", "/keys/other/create", #"{"kty":"RSA-HSM"}"#)
    #expect(try await house.ask("PATCH", "/keys/other", #"{"key_ops":["import"]}"#).code == "BadParameter")
    #expect(kek.body["key"]?["key_ops"]?.elements.map(\.string) == ["import"])
  }

  @Test(
    "Nothing comes under a key that isn't for that",
    arguments: [
      #"{"kty":"RSA","key_ops":["import"]}"#, #"{"kty":"RSA-HSM","key_ops":["import","unwrapKey"]}"#,
      #"{"kty":"RSA-HSM"}"#, #"{"kty":"EC-HSM","key_ops":["import"]}"#,
      #"{"kty":"RSA-HSM","key_ops":["import"],"attributes":{"enabled":false}}"#,
      #"{"kty":"RSA-HSM","key_ops":["import"],"attributes":{"exp":5}}"#,
      #"{"kty":"RSA-HSM","key_ops":["import"],"attributes":{"nbf":4000000000}}"#,
    ])
  func otherKeys(exchange: String) async throws {
    let (house, kek) = try await house(exchange)
    let told = try await bring(blob(try #require(kek.kid), [UInt8](repeating: 1, count: 280)), house)
    #expect(told.status == 403 && told.code == "Forbidden", "\(told.message ?? "")")
    #expect(try await house.ask("GET", "/keys/mine").status == 404)
  }

  @Test("A key that may leave, or that came in, is none to send others to")
  func ownersOfPrivateHalves() async throws {
    let (house, kek) = try await house(
      #"{"kty":"RSA-HSM","key_ops":["import"],"attributes":{"exportable":true},"#
        + #""release_policy":{"data":"\#(PlainAuthority.policy)"}}"#)
    let told = try await bring(blob(try #require(kek.kid), [UInt8](repeating: 1, count: 280)), house)
    #expect(told.status == 400 && told.code == "BadParameter")
  }

  @Test("A key that isn't there, or is in another vault, is told as that")
  func absentKeys() async throws {
    let (house, kek) = try await house()
    let kid = try #require(kek.kid)
    let ciphertext = [UInt8](repeating: 1, count: 280)
    let base = "https://one.vault.kms.example/keys/"
    for (wrong, status) in [
      (base + "none", 404), (base + "none/" + kek.version, 404),
      (base + "kek/" + String(kek.version.reversed()), 404),
      (base + "kek/nothex", 404), (base + "k_k", 400), (base, 400), (kid + "/more", 400),
      ("https://two.vault.kms.example/keys/kek", 400), ("kek", 400), ("", 400),
    ] {
      let told = try await bring(blob(wrong, ciphertext), house)
      #expect(told.status == status, "\(wrong): \(told.message ?? "")")
    }
    // Made in the vault, and asked for in the managed HSM.
    #expect(try await bring(blob(kid, ciphertext), house, in: .managedHSM).status == 400)
    _ = try await house.ask("DELETE", "/keys/kek")
    #expect(try await bring(blob(kid, ciphertext), house).status == 404)
  }

  @Test("Whatever is wrong with a blob is BadParameter, and nothing is made")
  func badBlobs() async throws {
    let (house, kek) = try await house()
    let kid = try #require(kek.kid)
    let good = try await octets([UInt8](1...16), to: kek, house)
    var damaged = good
    damaged[10] ^= 1
    for bad in [
      "AAAA", KeyTable.base64("[]"), KeyTable.base64("{}"), blob(kid, good, schema: "2"),
      blob(kid, good, alg: "RSA-OAEP"), blob(kid, good, enc: "A256GCM"), blob(kid, []), blob(kid, damaged),
      blob(kid, Array(good.dropLast())), blob(kid, good + [0]), blob(kid, Array(good.prefix(256))),
      KeyTable.base64([UInt8](repeating: 0x20, count: KeyTransferBlob.longest + 1)),
      KeyTable.base64(#"{"schema_version":"1.0.0","header":5,"ciphertext":"AA"}"#),
      KeyTable.base64(
        #"{"schema_version":"1.0.0","header":{"kid":5,"alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"}}"#),
    ] {
      let told = try await bring(bad, house)
      #expect(told.status == 400 && told.code == "BadParameter", "\(told.message ?? "")")
    }
    for key in [
      #""kty":"OKP""#, #""kty":"AKP""#, #""kty":"EC""#, #""kty":"EC","crv":"P-192""#, #""crv":"P-256""#,
      #""kty":"EC","crv":"P-256""#, #""kty":"RSA""#, #""kty":"oct","key_ops":["steal"]"#,
    ] {
      #expect(try await bring(blob(kid, good), house, key).status == 400, "\(key)")
    }
    #expect(try await house.ask("GET", "/keys/mine").status == 404)
  }

  @Test("It takes the right to import, on the name and on the key under which the other comes")
  func rights() async throws {
    let (house, kek) = try await house()
    let blob = blob(try #require(kek.kid), try await octets([UInt8](1...16), to: kek, house))
    for actions in [[], [Action.createVaultKey, .unwrapKey, .decrypt, .wrapKey, .readVaultKey]] {
      let told = try await bring(blob, house, as: KeyHouse.caller(may: actions))
      #expect(told.status == 403 && told.innerCode == "ForbiddenByRbac")
    }
    #expect(try await bring(blob, house, as: KeyHouse.caller(may: [.importVaultKey])).status == 200)
  }
}
