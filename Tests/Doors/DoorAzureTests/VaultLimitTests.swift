import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Which limit of its vault a request counts against", .serialized)
struct VaultLimitTests {
  private struct Row {
    let method: String
    let target: String
    var body = ""
    let family: VaultFamily
    var cost: Int64 = 1
  }

  @Test("By its method, its path and the key that is there")
  func rows() async throws {
    let house = try await KeyHouse()
    for (name, body) in [
      ("ec", #"{"kty":"EC"}"#), ("hsm", #"{"kty":"EC-HSM"}"#), ("r2", #"{"kty":"RSA"}"#),
      ("r3", #"{"kty":"RSA","key_size":3072}"#), ("r4", #"{"kty":"RSA-HSM","key_size":4096}"#),
    ] { #expect(try await house.ask("POST", "/keys/\(name)/create", body).status == 200) }
    let version = try await house.ask("GET", "/keys/r3").version
    try await AdoptionTests.adopt(
      try await AdoptionTests.key(house, .rsa3072, [.encrypt, .decrypt]), as: "till", house)
    let rows = [
      Row(method: "POST", target: "/keys/n/create", body: #"{"kty":"RSA"}"#, family: .createSoftwareKey),
      Row(method: "POST", target: "/keys/n/create", body: #"{"kty":"EC-HSM"}"#, family: .createHSMKey),
      Row(method: "POST", target: "/keys/n/create", body: "{", family: .createSoftwareKey),
      Row(
        method: "PUT", target: "/keys/n", body: #"{"key":{"kty":"oct"},"Hsm":true}"#, family: .createHSMKey),
      Row(method: "PUT", target: "/keys/n", body: #"{"key":{"kty":"RSA-HSM"}}"#, family: .createHSMKey),
      Row(method: "PUT", target: "/keys/n", body: #"{"key":{"kty":"RSA"}}"#, family: .createSoftwareKey),
      Row(method: "POST", target: "/keys/restore", family: .createSoftwareKey),
      Row(method: "POST", target: "/keys/ec/rotate", family: .createSoftwareKey),
      Row(method: "POST", target: "/keys/r4/rotate", family: .createHSMKey),
      Row(method: "POST", target: "/keys/hsm//release", family: .createHSMKey),
      Row(method: "POST", target: "/keys/ec/sign", family: .softwareKeys),
      Row(method: "POST", target: "/keys/hsm//sign", family: .hsmKeys),
      Row(method: "POST", target: "/keys/r2/sign", family: .softwareKeys),
      Row(method: "POST", target: "/keys/r3/\(version)/sign", family: .softwareKeys, cost: 4),
      Row(method: "GET", target: "/keys/r3/", family: .softwareKeys, cost: 4),
      Row(method: "POST", target: "/keys/R4/decrypt", family: .hsmKeys, cost: 8),
      Row(method: "POST", target: "/keys/till/decrypt", family: .softwareKeys, cost: 4),
      Row(method: "GET", target: "/keys", family: .softwareKeys),
      Row(method: "GET", target: "/keys/none", family: .softwareKeys),
      Row(method: "GET", target: "/keys/a_b", family: .softwareKeys),
      Row(method: "POST", target: "/rng", family: .softwareKeys),
      Row(method: "POST", target: "/batch", family: .softwareKeys),
      Row(method: "PUT", target: "/secrets/one", family: .createSecret),
      Row(method: "POST", target: "/secrets/restore", family: .createSecret),
      Row(method: "GET", target: "/secrets/one", family: .secrets),
      Row(method: "POST", target: "/secrets/one/backup", family: .secrets),
      Row(method: "GET", target: "/deletedsecrets", family: .secrets),
    ]
    for row in rows {
      let call = try house.call(row.method, row.target, row.body)
      var limit: VaultLimit
      switch VaultLimit.shown(by: call) {
      case .limit(let known): limit = known
      case .ofKey(let name, let families):
        limit = VaultLimit(families, await VaultLimit.record(name, call))
      }
      let wanted = VaultLimit(family: row.family, cost: RequestBucket.Cost(row.cost))
      #expect(limit == wanted, "\(row.method) \(row.target)")
    }
  }
}
