import KMSBytes
import KMSDomain
import KMSEngine
import KMSIdentity
import KMSTestKit
import NetKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every place has files open.
@Suite("The short way into vaults", .serialized)
struct VaultLaneTests {
  /// A vault and a managed HSM in which an application may do everything, and the door to them.
  struct Vaults {
    static let host = "one.vault.kms.example:8443"
    static let hsm = "two.managedhsm.kms.example:8443"
    let place: Place
    let door: VaultDoor
    let token: String
    let hsmToken: String

    init(_ quotas: VaultQuotas? = nil) async throws {
      place = try await Place(vaultQuotas: quotas)
      let engine = place.house.engine
      for (text, kind, role, number) in [
        ("one", Keyring.Kind.vault, "00482a5a-887f-4fb3-b363-3b7fe8e74483", 11 as UInt64),
        ("two", .managedHSM, "21dbd100-6940-42c2-9190-5d6cb909625b", 12),
      ] {
        let name = try #require(VaultName(text))
        let home = Keyring(account: Fixtures.account, region: "local", kind: kind)
        _ = try await engine.run(
          CreateVault(name, in: home, retentionDays: 90, isPurgeProtected: false, authorization: .roles),
          as: .system, from: Fixtures.origin(number))
        let assignment = RoleAssignment(
          id: GUID(Bits128(high: 7, low: number)).text, role: role,
          principal: place.application.objectID.text, scope: "/")
        _ = try await engine.run(
          ChangeVault.assign(assignment, in: name, of: Fixtures.account), as: .system,
          from: Fixtures.origin(number + 10))
      }
      door = VaultDoor(
        names: Place.names, engine: engine, bearers: place.bearers,
        requestIDs: RequestIDs(place.house.custody), serverVersion: "test",
        releases: KeyReleases(place.tokens, authorities: PlainAuthority()),
        statements: KeyStatements(place.tokens, certifier: TestCertifier(), isDevelopment: false))
      token = try #require(await place.token())
      let hsmForm = place.form(["scope": "https%3A%2F%2Fmanagedhsm.kms.example%3A8443%2F.default"])
      hsmToken = try #require(
        await place.ask("POST", "/adfs/oauth2/v2.0/token", hsmForm).body?["access_token"]?.string)
    }

    func request(
      _ method: String, _ target: String, _ body: String = "", host: String = Vaults.host,
      token: String? = nil, encrypted: Bool = true, query: String = "?api-version=2026-04-01"
    ) -> WireRequest {
      let bearer = token ?? (host == Vaults.hsm ? hsmToken : self.token)
      return WireRequest(
        method: method, target: target + query,
        fields: FieldTable(adding: [
          (name: "host", value: host), (name: "authorization", value: "Bearer " + bearer),
          (name: "x-ms-client-request-id", value: "abc-1"),
        ]), body: WipedBytes(Array(body.utf8)),
        connection: ConnectionFacts(source: "10.0.0.1", isEncrypted: encrypted))
    }

    /// What the ordinary lane says.
    func said(_ request: WireRequest) async -> (status: Int, body: String) {
      let answer = await door.respond(request)
      return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// What the fast lane says at once; nil where it leaves it to the ordinary one.
    func saidNow(_ request: WireRequest) -> (status: Int, body: String)? {
      let turn = VaultLane(door, otherwise: NoFastLane()).turn()
      guard case .now(let answer) = turn.answer(request), turn.commit() else { return nil }
      return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    /// A key of the vault of that host; its path.
    func key(_ name: String, _ body: String, host: String = Vaults.host) async throws -> String {
      let made = await said(request("POST", "/keys/\(name)/create", body, host: host))
      let json = try KeyTable.json(made.body)
      return try #require(json["key"]?["kid"]?.string.map { "/keys/" + $0.split(separator: "/keys/")[1] })
    }
  }

  @Test("A secret that is warm is told at once, in the same words, and recorded")
  func secret() async throws {
    let vaults = try await Vaults()
    let set = await vaults.said(vaults.request("PUT", "/secrets/s", #"{"value":"hush"}"#))
    #expect(set.status == 200)
    let get = vaults.request("GET", "/secrets/s/")
    let ordinary = await vaults.said(get)
    let now = try #require(vaults.saidNow(get))
    #expect(now.status == 200 && now.body == ordinary.body && now.body.contains("hush"))
  }

  @Test("Keys are used at once, and what is wrong with a use is said at once")
  func keys() async throws {
    let vaults = try await Vaults()
    let hsm = try await vaults.key("k", #"{"kty":"oct-HSM","key_size":256}"#, host: Vaults.hsm)
    let value = KeyTable.base64([UInt8](repeating: 1, count: 32))
    func wrap(_ algorithm: String) -> WireRequest {
      vaults.request(
        "POST", hsm + "/wrapkey", #"{"alg":"\#(algorithm)","value":"\#(value)"}"#, host: Vaults.hsm)
    }
    let ordinary = await vaults.said(wrap("A256KW"))
    #expect(ordinary.status == 200)
    let now = try #require(vaults.saidNow(wrap("A256KW")))
    #expect(now.body == ordinary.body)
    let refused = try #require(vaults.saidNow(wrap("A128KW")))
    let words = await vaults.said(wrap("A128KW"))
    #expect(refused.status == 400 && refused.body == words.body)
    let curve = try await vaults.key("e", #"{"kty":"EC"}"#)
    let sign = vaults.request("POST", curve + "/sign", #"{"alg":"ES256","value":"\#(value)"}"#)
    _ = await vaults.said(sign)
    let signed = try #require(vaults.saidNow(sign))
    #expect(signed.status == 200)
    let signature = try #require(try KeyTable.json(signed.body)["value"]?.string)
    for (signature, verdict) in [
      (signature, true), (KeyTable.base64([UInt8](repeating: 1, count: 64)), false),
    ] {
      let check = vaults.request(
        "POST", curve + "/verify", #"{"alg":"ES256","digest":"\#(value)","value":"\#(signature)"}"#)
      #expect(vaults.saidNow(check)?.body == #"{"value":\#(verdict)}"#)
    }
  }

  @Test("A key that was adopted is used at once too, by what a role of the vault lets somebody do")
  func adopted() async throws {
    let vaults = try await Vaults()
    let engine = vaults.place.house.engine
    let record = try await engine.run(
      KMSEngine.CreateKey(
        home: Keyring(account: Fixtures.account, region: "local", kind: .aws), spec: .p256,
        usages: [.sign, .verify], description: "", tags: [], policy: nil, bypassesLockoutCheck: false),
      as: Fixtures.caller(isRoot: true), from: Fixtures.origin(40)
    ).record
    let name = try #require(VaultName("one"))
    let vault = try #require(try await engine.desk.vault(name))
    let reference = KeyReference(.id(record.id), asWritten: record.identifier)
    let work = try #require(Adoption.work(reference, as: "till", in: vault))
    _ = try await engine.run(work, as: .system, from: Fixtures.origin(41))
    let value = KeyTable.base64([UInt8](repeating: 1, count: 32))
    let path = "/keys/Till/" + ItemNames.version(record.identifier)
    // Tokens are remembered once the keys that they are judged by were read, which the first of them does.
    #expect(await vaults.said(vaults.request("GET", path)).status == 200)
    for path in [path, "/keys/till/"] {
      let sign = vaults.request("POST", path + "/sign", #"{"alg":"ES256","value":"\#(value)"}"#)
      #expect(await vaults.said(sign).status == 200)
      let now = try #require(vaults.saidNow(sign))
      #expect(now.status == 200 && now.body.contains(ItemNames.version(record.identifier)))
    }
    #expect(
      await vaults.said(vaults.request("PATCH", path, #"{"attributes":{"enabled":false}}"#)).status == 200)
    let sign = vaults.request("POST", path + "/sign", #"{"alg":"ES256","value":"\#(value)"}"#)
    #expect(await vaults.said(sign).status == 403)
  }

  @Test("What is slow is begun and answered later")
  func slow() async throws {
    let vaults = try await Vaults()
    let path = try await vaults.key("r", #"{"kty":"RSA"}"#)
    let value = KeyTable.base64([UInt8](repeating: 1, count: 32))
    let sign = vaults.request("POST", path + "/sign", #"{"alg":"RS256","value":"\#(value)"}"#)
    let ordinary = await vaults.said(sign)
    let turn = VaultLane(vaults.door, otherwise: NoFastLane()).turn()
    guard case .later(let work) = turn.answer(sign) else {
      Issue.record("not slow")
      return
    }
    let answer = await withCheckedContinuation { continuation in
      work { continuation.resume(returning: $0) }
    }
    #expect(answer.status == 200 && String(decoding: answer.body, as: UTF8.self) == ordinary.body)
  }

  @Test("Versions are found by the names that they have, however they are written")
  func versions() async throws {
    let vaults = try await Vaults()
    var paths: [String] = []
    for value in ["first", "second"] {
      let set = await vaults.said(vaults.request("PUT", "/secrets/s", #"{"value":"\#(value)"}"#))
      let id = try #require(try KeyTable.json(set.body)["id"]?.string)
      paths.append("/secrets/S/" + id.suffix(32).uppercased())
    }
    for (path, value) in [(paths[0], "first"), (paths[1], "second"), ("/secrets/s", "second")] {
      let get = vaults.request("GET", path)
      let ordinary = await vaults.said(get)
      #expect(ordinary.status == 200 && ordinary.body.contains(value))
      #expect(vaults.saidNow(get)?.body == ordinary.body)
    }
  }

  @Test("What is answered at once counts against the vault's limits, once, before rights are asked")
  func limits() async throws {
    let four = VaultFamily.rate(inTenSeconds: RequestRate(4))
    let vaults = try await Vaults(VaultQuotas(rates: [.secrets: four, .softwareKeys: four]))
    let meter = try #require(vaults.place.house.engine.vaultMeter)
    _ = await vaults.said(vaults.request("PUT", "/secrets/s", #"{"value":"hush"}"#))
    let key = try await vaults.key("e", #"{"kty":"EC"}"#)
    let value = KeyTable.base64([UInt8](repeating: 1, count: 32))
    let uses = [
      vaults.request("GET", "/secrets/s"),
      vaults.request("POST", key + "/sign", #"{"alg":"ES256","value":"\#(value)"}"#),
    ]
    for use in uses {
      #expect(await vaults.said(use).status == 200)
      // What is handed over takes nothing.
      for _ in 0..<5 { #expect(vaults.saidNow(vaults.request("GET", "/secrets/none")) == nil) }
      for _ in 0..<3 { #expect(vaults.saidNow(use)?.status == 200) }
      #expect(vaults.saidNow(use) == nil)
    }
    let name = try #require(VaultName("one"))
    _ = try await vaults.place.house.engine.run(
      ChangeVault.removeAssignment(GUID(Bits128(high: 7, low: 11)).text, in: name, of: Fixtures.account),
      as: .system, from: Fixtures.origin(33))
    for use in uses { #expect(await vaults.said(use).status == 429) }
    #expect(meter.throttled == 2)
    vaults.place.house.elapsed.advance(seconds: 10)
    for use in uses { #expect(vaults.saidNow(use)?.status == 403) }
  }

  @Test("A request without a version is never taken for one that has it")
  func apiVersion() async throws {
    let vaults = try await Vaults()
    for name in ["pending", "s"] {
      _ = await vaults.said(vaults.request("PUT", "/secrets/\(name)", #"{"value":"hush"}"#))
      _ = await vaults.said(vaults.request("GET", "/secrets/\(name)"))
    }
    let turn = VaultLane(vaults.door, otherwise: NoFastLane()).turn()
    for (name, status) in [("pending", 200), ("s", 400)] {
      let get = vaults.request("GET", "/secrets/\(name)", query: "?x=1")
      #expect(turn.answer(get) == nil)
      #expect(await vaults.said(get).status == status)
    }
  }

  @Test("Whatever isn't right is left to the ordinary lane")
  func others() async throws {
    let vaults = try await Vaults()
    _ = await vaults.said(vaults.request("PUT", "/secrets/s", #"{"value":"hush"}"#))
    _ = await vaults.said(vaults.request("GET", "/secrets/s"))
    #expect(vaults.saidNow(vaults.request("GET", "/secrets/s")) != nil)
    let last = vaults.token.last == "A" ? "B" : "A"
    for request in [
      vaults.request("GET", "/secrets/s", token: vaults.token.dropLast() + last),
      vaults.request("GET", "/secrets/s", token: vaults.hsmToken),
      vaults.request("GET", "/secrets/s", token: ""),
      vaults.request("GET", "/secrets/s", encrypted: false), vaults.request("GET", "/secrets/none"),
      vaults.request("GET", "/secrets/s", host: "none.vault.kms.example:8443"),
      vaults.request("GET", "/secrets/s/versions"), vaults.request("GET", "/secrets/s/backup"),
      vaults.request("DELETE", "/secrets/s"), vaults.request("PATCH", "/secrets/s", "{}"),
      vaults.request("GET", "/secrets"), vaults.request("POST", "/keys/s/create", "{}"),
      vaults.request("GET", "/secrets/s", host: "elsewhere.example"),
    ] { #expect(vaults.saidNow(request) == nil, "\(request.method) \(request.target)") }
  }

  @Test("A token that was shown before is judged anew each time, but for its signature")
  func token() async throws {
    let vaults = try await Vaults()
    _ = await vaults.said(vaults.request("PUT", "/secrets/s", #"{"value":"hush"}"#))
    let get = vaults.request("GET", "/secrets/s")
    _ = await vaults.said(get)
    #expect(vaults.saidNow(get)?.status == 200)
    let place = vaults.place
    let client = place.application.clientID
    for isEnabled in [false, true] {
      _ = try await place.house.engine.run(
        UpdateApplication(client, in: Fixtures.account, isEnabled ? .enable : .disable), as: .system,
        from: Fixtures.origin(isEnabled ? 32 : 31))
      place.authority.applications.forget(application: client)
      #expect(vaults.saidNow(get) == nil)
      let said = await vaults.said(get)
      #expect(said.status == (isEnabled ? 200 : 401))
    }
    #expect(vaults.saidNow(get)?.status == 200)
    // A right that is taken away is gone at the next request.
    let name = try #require(VaultName("one"))
    _ = try await place.house.engine.run(
      ChangeVault.removeAssignment(GUID(Bits128(high: 7, low: 11)).text, in: name, of: Fixtures.account),
      as: .system, from: Fixtures.origin(33))
    _ = await vaults.said(get)
    #expect(vaults.saidNow(get)?.status == 403)
    place.house.clock.advance(seconds: TokenKey.tokenLife)
    #expect(vaults.saidNow(get) == nil)
    #expect(await vaults.said(get).status == 401)
  }
}
