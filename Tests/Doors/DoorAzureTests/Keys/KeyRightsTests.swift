import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Rights to keys in vaults", .serialized)
struct KeyRightsTests {
  struct Row: Sendable {
    let action: Action
    let method: String
    let target: String
    let body: String
    /// With the right and nothing else.
    var status = 200
  }

  private static let digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
  private static let all: [Action] = rows.map(\.action)

  static let rows: [Row] = [
    Row(action: .createVaultKey, method: "POST", target: "/keys/new/create", body: #"{"kty":"EC"}"#),
    Row(action: .createVaultKey, method: "POST", target: "/keys/ec/create", body: #"{"kty":"EC"}"#),
    Row(
      action: .importVaultKey, method: "PUT", target: "/keys/brought",
      body: #"{"key":{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA"}}"#),
    Row(action: .readVaultKey, method: "GET", target: "/keys/rsa", body: ""),
    Row(action: .listVaultKeys, method: "GET", target: "/keys", body: ""),
    Row(action: .listVaultKeys, method: "GET", target: "/keys/rsa/versions", body: ""),
    Row(action: .updateVaultKey, method: "PATCH", target: "/keys/rsa", body: "{}"),
    Row(action: .rotateVaultKey, method: "POST", target: "/keys/ec/rotate", body: ""),
    Row(action: .readRotationPolicy, method: "GET", target: "/keys/ec/rotationpolicy", body: ""),
    Row(action: .writeRotationPolicy, method: "PUT", target: "/keys/ec/rotationpolicy", body: "{}"),
    Row(
      action: .encrypt, method: "POST", target: "/keys/rsa/encrypt", body: #"{"alg":"RSA-OAEP","value":"AA"}"#
    ),
    Row(
      action: .wrapKey, method: "POST", target: "/keys/rsa/wrapkey", body: #"{"alg":"RSA-OAEP","value":"AA"}"#
    ),
    Row(
      action: .decrypt, method: "POST", target: "/keys/rsa/decrypt",
      body: #"{"alg":"RSA-OAEP","value":"AA"}"#,
      status: 400),
    Row(
      action: .unwrapKey, method: "POST", target: "/keys/rsa/unwrapkey",
      body: #"{"alg":"RSA-OAEP","value":"AA"}"#, status: 400),
    Row(
      action: .sign, method: "POST", target: "/keys/ec/sign", body: #"{"alg":"ES256","value":"\#(digest)"}"#),
    Row(
      action: .verify, method: "POST", target: "/keys/ec/verify",
      body: #"{"alg":"ES256","digest":"\#(digest)","value":"AA"}"#),
    Row(
      action: .generateMac, method: "POST", target: "/keys/oct/sign", body: #"{"alg":"HS256","value":"AA"}"#),
    Row(
      action: .verifyMac, method: "POST", target: "/keys/oct/verify",
      body: #"{"alg":"HS256","digest":"AA","value":"AA"}"#),
    Row(action: .generateRandom, method: "POST", target: "/rng", body: #"{"count":1}"#),
    Row(action: .attestVaultKey, method: "GET", target: "/keys/rsa//attestation", body: ""),
    Row(
      action: .releaseVaultKey, method: "POST", target: "/keys/out//release",
      body: #"{"target":"\#(PlainAuthority.statement(level: 2))"}"#),
    Row(action: .backUpVaultKey, method: "POST", target: "/keys/rsa/backup", body: ""),
    Row(
      action: .restoreVaultKey, method: "POST", target: "/keys/restore", body: #"{"value":"AA"}"#, status: 400
    ),
    Row(action: .listDeletedVaultKeys, method: "GET", target: "/deletedkeys", body: ""),
    Row(action: .readDeletedVaultKey, method: "GET", target: "/deletedkeys/gone", body: ""),
    Row(action: .deleteVaultKey, method: "DELETE", target: "/keys/oct", body: ""),
    Row(action: .recoverVaultKey, method: "POST", target: "/deletedkeys/gone/recover", body: ""),
    Row(action: .purgeVaultKey, method: "DELETE", target: "/deletedkeys/lost", body: "", status: 204),
  ]

  /// Nothing is asked in vain: everything is there.
  private func furnished() async throws -> KeyHouse {
    let house = try await KeyHouse()
    for (name, body) in [
      ("rsa", #"{"kty":"RSA"}"#), ("ec", #"{"kty":"EC"}"#), ("gone", #"{"kty":"EC"}"#),
      ("lost", #"{"kty":"EC"}"#),
      (
        "out",
        #"{"kty":"EC","attributes":{"exportable":true},"release_policy":{"data":"\#(PlainAuthority.policy)"}}"#
      ),
      ("oct", #"{"kty":"oct","key_ops":["sign","verify"]}"#),
    ] {
      #expect(try await house.ask("POST", "/keys/\(name)/create", body).status == 200)
    }
    for name in ["gone", "lost"] { #expect(try await house.ask("DELETE", "/keys/" + name).status == 200) }
    return house
  }

  @Test("Each operation wants its own right: every other one together isn't enough, and it alone is")
  func rights() async throws {
    let house = try await furnished()
    for row in KeyRightsTests.rows {
      let others = KeyRightsTests.all.filter { $0 != row.action }
      for caller in [KeyHouse.caller(may: []), KeyHouse.caller(may: others)] {
        let told = try await house.ask(row.method, row.target, row.body, as: caller)
        #expect(told.status == 403, "\(row.method) \(row.target)")
      }
      let told = try await house.ask(
        row.method, row.target, row.body, as: KeyHouse.caller(may: [row.action]))
      #expect(told.status == row.status, "\(row.method) \(row.target): \(told.message ?? "")")
    }
  }

  @Test("Whoever has no right isn't told whether there is such a key")
  func absence() async throws {
    let house = try await furnished()
    let nobody = KeyHouse.caller(may: [])
    for row in KeyRightsTests.rows {
      for name in ["rsa", "none"] {
        let target = row.target.replacing("/rsa", with: "/" + name)
        let told = try await house.ask(row.method, target, row.body, as: nobody)
        #expect(told.status == 403 && told.innerCode == "ForbiddenByRbac", "\(row.method) \(target)")
      }
    }
  }

  @Test(
    "What is no operation says so",
    arguments: [
      ("PUT", "/keys", 405), ("POST", "/keys/k", 405), ("GET", "/keys/k/create", 405),
      ("GET", "/keys/k/v/encrypt", 405), ("POST", "/keys/k/v/steal", 404),
      ("POST", "/keys/k/v/encrypt/x", 404),
      ("GET", "/keys/k/backup", 405), ("POST", "/keys/none/backup", 404), ("GET", "/rng", 405),
      ("PATCH", "/deletedkeys/k", 405),
    ])
  func routes(method: String, target: String, status: Int) async throws {
    let house = try await KeyHouse()
    #expect(try await house.ask(method, target).status == status)
  }
}
