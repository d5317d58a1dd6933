import KMSDomain
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Rights to secrets", .serialized)
struct SecretRightsTests {
  struct Row: Sendable {
    let action: Action
    let method: String
    let target: String
    var body = ""
    /// With the right and nothing else.
    var status = 200
  }

  static let rows: [Row] = [
    Row(action: .setSecret, method: "PUT", target: "/secrets/new", body: #"{"value":"1"}"#),
    Row(action: .setSecret, method: "PUT", target: "/secrets/one", body: #"{"value":"2"}"#),
    // Why it can't be is told to those alone who could.
    Row(action: .setSecret, method: "PUT", target: "/secrets/gone", body: #"{"value":"2"}"#, status: 409),
    Row(action: .readSecret, method: "GET", target: "/secrets/one"),
    Row(action: .readSecret, method: "GET", target: "/secrets/none", status: 404),
    Row(action: .readSecret, method: "GET", target: "/secrets/gone", status: 404),
    Row(action: .updateSecret, method: "PATCH", target: "/secrets/one", body: "{}"),
    Row(action: .updateSecret, method: "PATCH", target: "/secrets/none", body: "{}", status: 404),
    Row(action: .listSecrets, method: "GET", target: "/secrets"),
    Row(action: .listSecrets, method: "GET", target: "/secrets/one/versions"),
    Row(action: .listSecrets, method: "GET", target: "/deletedsecrets"),
    Row(action: .listSecrets, method: "GET", target: "/deletedsecrets/gone"),
    Row(action: .listSecrets, method: "GET", target: "/deletedsecrets/one", status: 404),
    Row(action: .backUpSecret, method: "POST", target: "/secrets/one/backup"),
    Row(action: .backUpSecret, method: "POST", target: "/secrets/none/backup", status: 404),
    Row(
      action: .restoreSecret, method: "POST", target: "/secrets/restore", body: #"{"value":"AA"}"#,
      status: 400),
    Row(action: .deleteSecret, method: "DELETE", target: "/secrets/two"),
    Row(action: .deleteSecret, method: "DELETE", target: "/secrets/none", status: 404),
    Row(action: .recoverSecret, method: "POST", target: "/deletedsecrets/gone/recover"),
    Row(action: .recoverSecret, method: "POST", target: "/deletedsecrets/none/recover", status: 404),
    Row(action: .purgeSecret, method: "DELETE", target: "/deletedsecrets/lost", status: 204),
    Row(action: .purgeSecret, method: "DELETE", target: "/deletedsecrets/one", status: 404),
  ]

  /// Every right that anything in a vault takes.
  private static let all = Array(
    Set(rows.map(\.action) + AccessPermission.names.flatMap(AccessPermission.actions)))

  private func furnished() async throws -> SecretHouse {
    let house = try await SecretHouse()
    for name in ["one", "two", "gone", "lost"] {
      #expect(try await house.ask("PUT", "/secrets/" + name, #"{"value":"1"}"#).status == 200)
    }
    for name in ["gone", "lost"] { #expect(try await house.ask("DELETE", "/secrets/" + name).status == 200) }
    return house
  }

  @Test("Each operation wants its own right: every other one together isn't enough, and it alone is")
  func rights() async throws {
    let house = try await furnished()
    for row in SecretRightsTests.rows {
      let others = SecretRightsTests.all.filter { $0 != row.action }
      for caller in [SecretHouse.caller(may: []), SecretHouse.caller(may: others)] {
        let told = try await house.ask(row.method, row.target, row.body, as: caller)
        #expect(told.status == 403 && told.code == "Forbidden", "\(row.method) \(row.target): \(told.status)")
      }
      let told = try await house.ask(
        row.method, row.target, row.body, as: SecretHouse.caller(may: [row.action]))
      #expect(told.status == row.status, "\(row.method) \(row.target): \(told.status)")
    }
  }

  private static let user = "4633458b-17de-408a-b874-0445c86b69e6"

  @Test(
    "A role is good within its scope",
    arguments: [
      ("/", 200, 200), ("/secrets", 200, 200),
      ("/secrets/ONE", 200, 403), ("/secrets/on", 403, 403), ("/keys", 403, 403), ("/keys/one", 403, 403),
    ])
  func scopes(scope: String, one: Int, two: Int) async throws {
    let house = try await SecretHouse { vault in
      vault.assignments = [
        RoleAssignment(
          id: "a", role: SecretRightsTests.user, principal: "00000000-0000-0002-0000-000000000002",
          scope: scope)
      ]
    }
    for name in ["one", "two"] {
      #expect(try await house.ask("PUT", "/secrets/" + name, #"{"value":"1"}"#).status == 200)
    }
    #expect(try await house.ask("GET", "/secrets/one", as: house.guest).status == one)
    #expect(try await house.ask("GET", "/secrets/two", as: house.guest).status == two)
    #expect(try await house.ask("PUT", "/secrets/one", #"{"value":"2"}"#, as: house.guest).status == 403)
    // A list is about all of a collection.
    #expect(try await house.ask("GET", "/secrets", as: house.guest).status == two)
  }

  @Test(
    "A role of somebody else, one that isn't there, and access policies in a vault with roles give nothing")
  func nothing() async throws {
    let house = try await SecretHouse { vault in
      vault.assignments = [
        RoleAssignment(id: "a", role: SecretRightsTests.user, principal: "somebody", scope: "/"),
        RoleAssignment(
          id: "b", role: "no-role", principal: "00000000-0000-0002-0000-000000000002", scope: "/"),
      ]
      vault.accessPolicies = [
        VaultAccessPolicy(principal: "00000000-0000-0002-0000-000000000002", permissions: ["secrets/all"])
      ]
    }
    #expect(try await house.ask("PUT", "/secrets/one", #"{"value":"1"}"#).status == 200)
    #expect(try await house.ask("GET", "/secrets/one", as: house.guest).status == 403)
  }

  @Test("A role of the vault's own gives what it says, and what it takes out it doesn't give")
  func custom() async throws {
    let house = try await SecretHouse { vault in
      vault.roles = [
        VaultRole(
          id: "own", name: "own", description: "", dataActions: ["Microsoft.KeyVault/vaults/secrets/*"],
          notDataActions: ["Microsoft.KeyVault/vaults/secrets/getSecret/action"], scopes: ["/"])
      ]
      vault.assignments = [
        RoleAssignment(id: "a", role: "own", principal: "00000000-0000-0002-0000-000000000002", scope: "/")
      ]
    }
    #expect(try await house.ask("PUT", "/secrets/one", #"{"value":"1"}"#, as: house.guest).status == 200)
    let told = try await house.ask("GET", "/secrets/one", as: house.guest)
    #expect(told.status == 403 && told.innerCode == "ForbiddenByRbac")
  }

  @Test("A version of one secret isn't one of another, nor of another vault's")
  func foreignVersions() async throws {
    let house = try await SecretHouse()
    let one = try await house.ask("PUT", "/secrets/one", #"{"value":"1"}"#)
    _ = try await house.ask("PUT", "/secrets/two", #"{"value":"2"}"#)
    #expect(try await house.ask("GET", "/secrets/one/" + one.version).status == 200)
    for method in ["GET", "PATCH"] {
      let told = try await house.ask(method, "/secrets/two/" + one.version)
      #expect(told.status == 404 && told.code == "SecretNotFound")
    }
  }
}
