import KMSDomain
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Several requests to a vault at once", .serialized)
struct BatchTests {
  private func batch(_ requests: String...) -> String {
    #"{"requests":["# + requests.joined(separator: ",") + "]}"
  }

  private func get(_ path: String) -> String { #"{"method":"GET","path":"\#(path)"}"# }

  private func use(_ path: String, _ body: String) -> String {
    #"{"method":"POST","path":"\#(path)","body":\#(body)}"#
  }

  private func responses(_ told: KeyHouse.Told) -> [JSONValue] { told.body["responses"]?.elements ?? [] }

  @Test("Each is answered in its place, and one that fails says nothing of the others")
  func answers() async throws {
    let house = try await KeyHouse()
    #expect(try await house.ask("PUT", "/secrets/s", #"{"value":"a\"b\u0001é"}"#).status == 200)
    #expect(try await house.ask("POST", "/keys/k/create", #"{"kty":"RSA"}"#).status == 200)
    let told = try await house.ask(
      "POST", "/batch",
      batch(
        get("/secrets/s"), get("/secrets/none"), get("/keys/k/"),
        use("/keys/k//encrypt", #"{"alg":"RSA-OAEP","value":"AQ"}"#),
        use("/keys/k/wrapkey", #"{"alg":"nothing","value":"AQ"}"#)))
    let all = responses(told)
    #expect(told.status == 200 && all.map { $0["status"]?.integer } == [200, 404, 200, 200, 400])
    #expect(all[0]["body"]?["value"]?.string == "a\"b\u{1}é")
    #expect(all[1]["body"]?["error"]?["code"]?.string == "SecretNotFound")
    #expect(Set(all.compactMap { $0["id"]?.string }).count == 5)
    let sealed = try #require(all[3]["body"]?["value"]?.string)
    let opened = try await house.ask(
      "POST", "/batch", batch(use("/keys/k/decrypt", #"{"alg":"RSA-OAEP","value":"\#(sealed)"}"#)))
    #expect(responses(opened)[0]["body"]?["value"]?.string == "AQ")
  }

  @Test("Each takes its own right")
  func rights() async throws {
    let house = try await KeyHouse()
    _ = try await house.ask("PUT", "/secrets/s", #"{"value":"a"}"#)
    _ = try await house.ask("POST", "/keys/k/create", #"{"kty":"RSA"}"#)
    let both = batch(get("/secrets/s"), use("/keys/k/encrypt", #"{"alg":"RSA-OAEP","value":"AQ"}"#))
    for (action, statuses) in [
      (Action.readSecret, [200, 403]), (.encrypt, [403, 200]), (.listSecrets, [403, 403]),
    ] {
      let told = try await house.ask("POST", "/batch", both, as: KeyHouse.caller(may: [action]))
      #expect(responses(told).map { $0["status"]?.integer } == statuses.map { Int64($0) })
    }
  }

  @Test(
    "What can't stand in a batch is refused in its place",
    arguments: [
      #"{"method":"DELETE","path":"/secrets/s"}"#, #"{"method":"GET","path":"/secrets"}"#,
      #"{"method":"GET","path":"/secrets/s/versions"}"#, #"{"method":"POST","path":"/keys/k/create"}"#,
      #"{"method":"POST","path":"/batch"}"#, #"{"method":"GET","path":"/keys/k?x=1"}"#, "1", "{}",
      #"{"method":"POST","path":"/keys/k/sign","body":1}"#, #"{"method":"GET","path":"/deletedkeys/k"}"#,
    ])
  func others(request: String) async throws {
    let house = try await KeyHouse()
    let told = try await house.ask("POST", "/batch", batch(request))
    #expect(told.status == 200 && responses(told).map { $0["status"]?.integer } == [400])
  }

  @Test("A batch has 1 to 100 requests")
  func limits() async throws {
    let house = try await KeyHouse()
    let one = get("/secrets/s")
    for body in [
      "{}", #"{"requests":{}}"#, batch(), batch(Array(repeating: one, count: 101).joined(separator: ",")),
    ] {
      #expect(try await house.ask("POST", "/batch", body).code == "BadParameter")
    }
    #expect(try await house.ask("GET", "/batch").status == 405)
    #expect(try await house.ask("POST", "/batch/x", "{}").status == 404)
  }

  @Test("Each counts against the limits of the vault as if it had come alone")
  func quotas() async throws {
    let four = VaultFamily.rate(inTenSeconds: RequestRate(4))
    let vaults = try await VaultLaneTests.Vaults(VaultQuotas(rates: [.secrets: four]))
    _ = await vaults.said(vaults.request("PUT", "/secrets/s", #"{"value":"a"}"#))
    let requests = batch(Array(repeating: get("/secrets/s"), count: 5).joined(separator: ","))
    let told = await vaults.said(vaults.request("POST", "/batch", requests))
    let all = try KeyTable.json(told.body)["responses"]?.elements ?? []
    #expect(told.status == 200 && all.map { $0["status"]?.integer } == [200, 200, 200, 200, 429])
    #expect(all.compactMap { $0["retryAfter"]?.integer }.count == 1)
  }
}
