import Crypto
import CryptoExtras
import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("What the server says of keys", .serialized)
struct AttestationTests {
  /// A statement whose signature was verified.
  struct Statement {
    let header: JSONValue
    let claims: JSONValue
  }

  private static func bytes(_ text: String) throws -> [UInt8] {
    let bytes = Base64.urlBytes(Array(text.utf8).span)
    return try #require(bytes)
  }

  private static func statement(
    _ name: String, _ told: KeyHouse.Told, _ house: KeyHouse
  ) async throws -> Statement? {
    guard let bytes = told.body["attributes"]?["attestation"]?[name]?.string else { return nil }
    let parts = String(decoding: try Self.bytes(bytes), as: UTF8.self).split(
      separator: ".", omittingEmptySubsequences: false)
    try #require(parts.count == 3)
    let decoded = try parts.map { try Self.bytes(String($0)) }
    let header = try KeyTable.json(String(decoding: decoded[0], as: UTF8.self))
    let published = try await house.tokens.published()
    let key = try #require(published.first { $0.id.text == header["kid"]?.string })
    let signer = try _RSA.Signing.PublicKey(derRepresentation: key.publicKey)
    let isValid = signer.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: decoded[2]), for: Array("\(parts[0]).\(parts[1])".utf8),
      padding: .insecurePKCS1v1_5)
    #expect(isValid)
    return Statement(
      header: header, claims: try KeyTable.json(String(decoding: decoded[1], as: UTF8.self)))
  }

  private func secretHalf(_ told: KeyHouse.Told, _ house: KeyHouse) async throws -> JSONValue {
    #expect(told.status == 200, "\(told.message ?? "")")
    return try #require(try await Self.statement("privateKeyAttestation", told, house)).claims
  }

  @Test(
    "A key that was made here: two statements, by the key of the server's authority, with its certificates")
  func made() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"RSA","key_size":2048}"#)
    let told = try await house.ask("GET", "/keys/k//attestation")
    #expect(
      told.kid == made.kid && told.body["attributes"]?["attestation"]?["version"]?.string == "claviger/1")
    let secret = try #require(try await Self.statement("privateKeyAttestation", told, house))
    let open = try #require(try await Self.statement("publicKeyAttestation", told, house))
    for one in [secret, open] {
      #expect(one.header["alg"]?.string == "RS256" && one.header["x5c"]?.count == 2)
      #expect(one.header["typ"]?.string == "claviger-key-statement+jwt")
      #expect(one.claims["iss"]?.string == "https://one.vault.kms.example")
      #expect(one.claims["sub"]?.string == made.kid && one.claims["aud"] == nil)
      #expect(one.claims["iat"]?.integer == Fixtures.start.milliseconds / 1000)
      #expect(one.claims["key"]?["key_size"]?.integer == 2048)
    }
    #expect(secret.claims["key"]?["jkt"]?.string == open.claims["key"]?["jkt"]?.string)
    #expect(open.claims["jwk"]?["n"]?.string == made.body["key"]?["n"]?.string)
    #expect(open.claims["custody"] == nil && secret.claims["jwk"] == nil)
    #expect(secret.claims["about"]?.string == "private-key" && open.claims["about"]?.string == "public-key")
    #expect(secret.claims["origin"]?["material"]?.string == "generated")
    #expect(secret.claims["custody"]?["kind"]?.string == "software")
    #expect(secret.claims["hsmPlatform"]?.string == "0" && secret.claims["exportable"]?.bool == false)
    #expect(secret.claims["development"] == nil)
    // The request's own record in the log.
    let records = try house.table.house.records()
    #expect(records.last?.operation == "GetKeyAttestation")
    #expect(try house.table.house.logText().contains(secret.claims["jti"]?.string ?? "?"))
  }

  @Test("What comes from elsewhere is said to, and how it came")
  func brought() async throws {
    let house = try await KeyHouse()
    let key = #"{"key":{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}}"#
    #expect(try await house.ask("PUT", "/keys/k", key).status == 200)
    let told = try await house.ask("GET", "/keys/k//attestation")
    let claims = try await secretHalf(told, house)
    #expect(claims["about"]?.string == "secret-key" && claims["key"]?["key_size"]?.integer == 128)
    #expect(claims["origin"]?["material"]?.string == "imported")
    #expect(claims["origin"]?["arrival"]?.string == "open")
    // Nothing of it is public, and a digest would be a way to try guesses.
    #expect(claims["key"]?["jkt"] == nil && claims["key"]?["spki_sha256"] == nil)
    #expect(told.body["attributes"]?["attestation"]?["publicKeyAttestation"] == nil)
    // The next version isn't the one that was brought.
    #expect(try await house.ask("POST", "/keys/k/rotate").status == 200)
    let next = try await secretHalf(try await house.ask("GET", "/keys/k//attestation"), house)
    #expect(next["origin"]?["material"]?.string == "generated" && next["origin"]?["arrival"] == nil)
  }

  @Test("A restored key is said to be one")
  func restored() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    let backup = try await house.ask("POST", "/keys/k/backup")
    let value = try #require(backup.body["value"]?.string)
    #expect(try await house.ask("DELETE", "/keys/k").status == 200)
    #expect(try await house.ask("DELETE", "/deletedkeys/k").status == 204)
    #expect(try await house.ask("POST", "/keys/restore", #"{"value":"\#(value)"}"#).status == 200)
    let claims = try await secretHalf(
      try await house.ask("GET", "/keys/k/\(made.version)/attestation"), house)
    #expect(claims["origin"]?["restored"]?.bool == true)
  }

  @Test("A release policy is named by its digest")
  func exportable() async throws {
    let house = try await KeyHouse()
    let body =
      #"{"kty":"EC","attributes":{"exportable":true},"release_policy":{"data":"\#(PlainAuthority.policy)"}}"#
    #expect(try await house.ask("POST", "/keys/k/create", body).status == 200)
    let claims = try await secretHalf(try await house.ask("GET", "/keys/k//attestation"), house)
    let policy = try Self.bytes(PlainAuthority.policy)
    #expect(claims["exportable"]?.bool == true)
    #expect(claims["release_policy_sha256"]?.string == Base64.urlString(Array(SHA256.hash(data: policy))))
  }

  @Test("An adopted key is told by the name that it has in the vault, with where it comes from")
  func adopted() async throws {
    let house = try await KeyHouse()
    let record = try await AdoptionTests.key(house)
    try await AdoptionTests.adopt(record, as: "till", house)
    let told = try await house.ask("GET", "/keys/till//attestation")
    let claims = try await secretHalf(told, house)
    let version = record.identifier.split(separator: "-").joined()
    #expect(claims["sub"]?.string?.hasSuffix("/keys/till/" + version) == true)
    #expect(claims["origin"]?["protocol"]?.string == "aws" && claims["origin"]?["adopted"]?.bool == true)
  }

  @Test("A key that is switched off is told of, one that is deleted or isn't there is not found")
  func states() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC","attributes":{"enabled":false}}"#)
    #expect(try await house.ask("GET", "/keys/k/\(made.version)/attestation").status == 200)
    for path in ["/keys/k/\(String(repeating: "0", count: 32))", "/keys/none/"] {
      let told = try await house.ask("GET", path + "/attestation")
      #expect(told.status == 404 && told.code == "KeyNotFound")
    }
    #expect(try await house.ask("POST", "/keys/k//attestation").status == 405)
    #expect(try await house.ask("DELETE", "/keys/k").status == 200)
    #expect(try await house.ask("GET", "/keys/k//attestation").status == 404)
  }

  @Test("Only this operation shows a statement, and only in versions of the protocol that have the field")
  func shown() async throws {
    let house = try await KeyHouse()
    let made = try await house.ask("POST", "/keys/k/create", #"{"kty":"EC"}"#)
    let read = try await house.ask("GET", "/keys/k")
    let old = try await house.ask("GET", "/keys/k//attestation", version: .v7_0)
    for told in [made, read, old] {
      #expect(told.status == 200 && told.kid == made.kid)
      #expect(told.body["attributes"]?["attestation"] == nil)
    }
    let shown = try await house.ask("GET", "/keys/k//attestation", version: .v7_6)
    #expect(shown.body["attributes"]?["attestation"] != nil)
  }

  @Test("Thumbprints are those of RFC 7638 and RFC 8037")
  func thumbprints() throws {
    let n =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
      + "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
      + "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
      + "kEgU8awapJzKnqDKgw"
    let rsa = PublicJWK.rsa(n: try Self.bytes(n), e: [1, 0, 1])
    #expect(rsa.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    let edwards = PublicJWK.ed25519(x: try Self.bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
    #expect(edwards.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    #expect(PublicJWK.oct.thumbprint == nil)
  }
}
