import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing
import WireJSON

@testable import DoorAzure

// One after the other: every house has files open.
@Suite("Keys of other protocols with names in vaults", .serialized)
struct AdoptionTests {
  private static let home = Keyring(account: Fixtures.account, region: "local", kind: .aws)

  static func key(
    _ house: KeyHouse, _ spec: KeySpec = .p256, _ usages: KeyUsages = [.sign, .verify]
  ) async throws -> KeyRecord {
    // The door has one of that name too.
    let work = KMSEngine.CreateKey(
      home: home, spec: spec, usages: usages, description: "", tags: [], policy: nil,
      bypassesLockoutCheck: false)
    return try await house.table.house.engine.run(work, as: KeyTable.owner, from: house.table.origin).record
  }

  static func adopt(
    _ record: KeyRecord, as name: String, _ house: KeyHouse, by caller: Caller = .system
  ) async throws {
    let vault = Vault(
      name: try #require(VaultName("one")),
      home: Keyring(account: Fixtures.account, region: "local", kind: .vault), createdAt: Fixtures.start)
    let work = try #require(Adoption.work(reference(record), as: name, in: vault))
    _ = try await house.table.house.engine.run(work, as: caller, from: house.table.origin)
  }

  private static func reference(_ record: KeyRecord) -> KeyReference {
    KeyReference(.id(record.id), asWritten: record.identifier)
  }

  @Test("It is read, signs and is listed by its name, with its identifier as its version")
  func use() async throws {
    let house = try await KeyHouse()
    let record = try await Self.key(house)
    try await Self.adopt(record, as: "till", house)
    let version = record.identifier.split(separator: "-").joined()
    let read = try await house.ask("GET", "/keys/till/")
    #expect(read.status == 200 && read.kid?.hasSuffix("/keys/till/" + version) == true)
    #expect(read.body["key"]?["key_ops"]?.elements.map(\.string) == ["sign", "verify"])
    let digest = KeyTable.base64([UInt8](repeating: 1, count: 32))
    for path in ["/keys/till/sign", "/keys/Till/\(version)/sign"] {
      #expect(try await house.ask("POST", path, #"{"alg":"ES256","value":"\#(digest)"}"#).status == 200)
    }
    let other = String(repeating: "0", count: 32)
    #expect(try await house.ask("GET", "/keys/till/" + other).status == 404)
    for path in ["/keys", "/keys/till/versions"] {
      let listed = try await house.ask("GET", path)
      #expect(listed.body["value"]?.count == 1, "\(path)")
    }
  }

  @Test(
    "What its own protocol decides is refused, to whoever has the right as a conflict",
    arguments: [
      ("POST", "/keys/till/create", #"{"kty":"EC"}"#, Action.createVaultKey),
      ("POST", "/keys/till/rotate", "", .rotateVaultKey), ("PUT", "/keys/till", "{}", .importVaultKey),
      ("GET", "/keys/till/rotationpolicy", "", .readRotationPolicy),
      ("PUT", "/keys/till/rotationpolicy", "{}", .writeRotationPolicy),
      ("POST", "/keys/till/backup", "", .backUpVaultKey),
      ("PATCH", "/keys/till/", #"{"tags":{"a":"b"}}"#, .updateVaultKey),
    ])
  func refusals(method: String, target: String, body: String, action: Action) async throws {
    let house = try await KeyHouse()
    try await Self.adopt(try await Self.key(house), as: "till", house)
    let told = try await house.ask(method, target, body, as: KeyHouse.caller(may: [action]))
    #expect(told.status == 409 && told.innerCode == "KeyIsAdopted")
    #expect(try await house.ask(method, target, body, as: KeyHouse.caller(may: [.listSecrets])).status == 403)
  }

  @Test("Deleting the name leaves the key, and the name comes back or is free")
  func deletion() async throws {
    let house = try await KeyHouse()
    let record = try await Self.key(house)
    try await Self.adopt(record, as: "till", house)
    #expect(try await house.ask("DELETE", "/keys/till").status == 200)
    #expect(try await house.ask("GET", "/keys/till").status == 404)
    let create = try await house.ask("POST", "/keys/till/create", #"{"kty":"EC"}"#)
    #expect(create.status == 409 && create.innerCode == "ObjectIsDeletedButRecoverable")
    #expect(try await house.ask("GET", "/deletedkeys/till").status == 200)
    #expect(try await house.ask("POST", "/deletedkeys/till/recover").status == 200)
    #expect(try await house.ask("GET", "/keys/till").status == 200)
    #expect(try await house.ask("DELETE", "/keys/till").status == 200)
    #expect(try await house.ask("DELETE", "/deletedkeys/till").status == 204)
    let now = try await house.table.house.engine.desk.load(record.id)
    #expect(now?.record.state == .active)
    try await Self.adopt(record, as: "till", house)
  }

  @Test("A name whose key is to be destroyed leads nowhere, and is deleted like any other once it is")
  func end() async throws {
    let house = try await KeyHouse()
    let engine = house.table.house.engine
    let record = try await Self.key(house)
    try await Self.adopt(record, as: "till", house)
    _ = try await engine.run(
      ScheduleKeyDeletion(Self.reference(record), windowDays: 7), as: KeyTable.owner,
      from: house.table.origin)
    #expect(try await house.ask("GET", "/keys/till").status == 404)
    for path in ["/keys", "/keys/till/versions"] {
      #expect(try await house.ask("GET", path).body["value"]?.count == 0, "\(path)")
    }
    house.table.house.clock.advance(seconds: 7 * 86_400)
    #expect(try await DeletionJob(engine).runOnce() == 1)
    for (method, path, status) in [
      ("GET", "/keys/till", 404), ("DELETE", "/keys/till", 200), ("GET", "/deletedkeys/till", 200),
      ("DELETE", "/deletedkeys/till", 204),
    ] {
      let told = try await house.ask(method, path)
      #expect(told.status == status, "\(method) \(path)")
    }
    try await Self.adopt(try await Self.key(house), as: "till", house)
  }
}

extension AdoptionTests {
  @Test("Adopting takes its own right, on the key and on the place of the name")
  func adopting() async throws {
    let house = try await KeyHouse()
    let record = try await Self.key(house)
    let onKey = Statement(
      label: "test", effect: .allow, principals: nil, actions: ActionSet([.adoptVaultKey]),
      resources: ResourceSet([Glob(record.resourceName)]), conditions: [])
    let policy = AttachedPolicy(name: "test", policy: Policy(statements: [onKey]))
    for caller in [
      KeyHouse.caller(may: []),
      KeyHouse.caller(may: [.createVaultKey, .importVaultKey, .readVaultKey, .updateVaultKey, .describeKey]),
      Fixtures.caller(policies: [policy]),
    ] {
      await #expect(throws: KMSError.self) { try await Self.adopt(record, as: "till", house, by: caller) }
    }
    #expect(try await house.ask("GET", "/keys/till").status == 404)
    try await Self.adopt(record, as: "till", house, by: KeyHouse.caller(may: [.adoptVaultKey]))
    #expect(try await house.ask("GET", "/keys/till").status == 200)
  }

  /// What is done with an adopted key of AWS, and by which rights.
  private static let uses: [(method: String, target: String, body: String, rights: [Action])] = [
    ("GET", "/keys/till", "", [.describeKey]), ("GET", "/keys/till/versions", "", [.listVaultKeys]),
    ("GET", "/keys", "", [.listVaultKeys]),
    ("POST", "/keys/till/sign", #"{"alg":"ES256","value":"\#(digest)"}"#, [.sign]),
    ("POST", "/keys/till/verify", #"{"alg":"ES256","digest":"\#(digest)","value":"AA"}"#, [.verify]),
    ("PATCH", "/keys/till", #"{"attributes":{"enabled":false}}"#, [.disableKey]),
    ("PATCH", "/keys/till", #"{"attributes":{"enabled":true}}"#, [.enableKey]),
    ("DELETE", "/keys/till", "", [.deleteVaultKey]),
    ("GET", "/deletedkeys", "", [.listDeletedVaultKeys]),
    ("GET", "/deletedkeys/till", "", [.readDeletedVaultKey, .describeKey]),
    ("POST", "/deletedkeys/till/recover", "", [.recoverVaultKey]),
  ]

  private static let digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

  @Test(
    "Each use of an adopted key takes the right of its own protocol: no others are enough, and it alone is")
  func rights() async throws {
    let house = try await KeyHouse()
    try await Self.adopt(try await Self.key(house), as: "till", house)
    let all = Set(Self.uses.flatMap { $0.rights }).union([.readVaultKey, .updateVaultKey])
    for use in Self.uses {
      for right in use.rights {
        let others = KeyHouse.caller(may: Array(all.subtracting([right])))
        let told = try await house.ask(use.method, use.target, use.body, as: others)
        #expect(told.status == 403, "\(use.method) \(use.target) without \(right)")
      }
      let told = try await house.ask(use.method, use.target, use.body, as: KeyHouse.caller(may: use.rights))
      #expect(told.status == 200, "\(use.method) \(use.target): \(told.message ?? "")")
    }
  }

  @Test("Whoever has no right isn't told what a name leads to, nor whether it does")
  func absence() async throws {
    let house = try await KeyHouse()
    for name in ["till", "gone"] { try await Self.adopt(try await Self.key(house), as: name, house) }
    #expect(try await house.ask("DELETE", "/keys/gone").status == 200)
    let nobody = KeyHouse.caller(may: [])
    let version = String(repeating: "0", count: 32)
    for name in ["till", "gone", "none"] {
      for (method, target) in [
        ("GET", ""), ("GET", "/" + version), ("PATCH", ""), ("POST", "/create"), ("POST", "/rotate"),
        ("POST", "/backup"), ("GET", "/rotationpolicy"), ("DELETE", ""),
      ] {
        let body =
          method == "PATCH"
          ? #"{"attributes":{"enabled":true}}"# : target == "/create" ? #"{"kty":"EC"}"# : ""
        let told = try await house.ask(method, "/keys/" + name + target, body, as: nobody)
        #expect(told.status == 403 && told.innerCode == "ForbiddenByRbac", "\(method) \(name)\(target)")
      }
    }
  }
}

extension AdoptionTests {
  /// An object that was made over KMIP.
  private static func object(
    _ kind: ObjectKind, _ spec: KeySpec, _ uses: KeyUsages, _ source: NewObject.Source, _ house: KeyHouse,
    by action: Action = .registerObject
  ) async throws -> KeyRecord {
    var dates = ObjectDates()
    dates.activation = Fixtures.start
    let object = NewObject(
      kind: kind, spec: spec, usages: uses, uses: uses, exportable: true, isShared: false, dates: dates,
      source: source)
    let kmip = Keyring(account: Fixtures.account, region: "local", kind: .kmip)
    let work = ObjectWork("Register", in: kmip, making: [action]) { _ in ObjectPlan(makes: [object])
    }
    return try await house.table.house.engine.run(work, as: KeyTable.owner, from: house.table.origin).made[0]
      .record
  }

  @Test("A public key of KMIP verifies by its name, and does nothing else")
  func publicKeys() async throws {
    let house = try await KeyHouse()
    let pair = try await Self.key(house)
    let half = try #require(pair.version(pair.current)?.publicKey)
    try await Self.adopt(pair, as: "signs", house)
    // Whatever its owner says, without a private half it doesn't sign.
    for (name, uses) in [("checks", [.verify] as KeyUsages), ("claims", [.sign, .verify])] {
      let key = try await Self.object(.publicKey, .p256, uses, .publicKey(half), house)
      try await Self.adopt(key, as: name, house)
      let read = try await house.ask("GET", "/keys/" + name)
      #expect(read.body["key"]?["key_ops"]?.elements.map(\.string) == ["verify"])
    }
    let sign = #"{"alg":"ES256","value":"\#(Self.digest)"}"#
    let signature = try #require(try await house.ask("POST", "/keys/signs/sign", sign).body["value"]?.string)
    for (digest, isRight) in [(Self.digest, true), (String(repeating: "E", count: 43), false)] {
      let verify = #"{"alg":"ES256","digest":"\#(digest)","value":"\#(signature)"}"#
      let told = try await house.ask(
        "POST", "/keys/checks/verify", verify, as: KeyHouse.caller(may: [.verify]))
      #expect(told.status == 200 && told.body["value"]?.bool == isRight)
      #expect(
        try await house.ask("POST", "/keys/checks/verify", verify, as: KeyHouse.caller(may: [.sign])).status
          == 403)
    }
    let refused = try await house.ask("POST", "/keys/checks/sign", sign)
    #expect(refused.status == 403 && refused.innerCode == "KeyOperationForbidden")
    #expect(try await house.ask("POST", "/keys/claims/sign", sign).body["value"] == nil)
  }

  @Test("What vaults have nothing for, and what is one's already or is to be destroyed, isn't adopted")
  func others() async throws {
    let house = try await KeyHouse()
    let engine = house.table.house.engine
    let secret = try await Self.object(
      .secret, .bytes, [], .given(.encoded(Payload(copying: [1, 2, 3].span), .raw)), house)
    let curve = try await Self.object(
      .privateKey, .p224, [.sign], .generated(length: nil), house, by: .createKey)
    let ending = try await Self.key(house)
    _ = try await engine.run(
      ScheduleKeyDeletion(Self.reference(ending), windowDays: 7), as: KeyTable.owner,
      from: house.table.origin)
    let own = try await house.ask("POST", "/keys/own/create", #"{"kty":"EC"}"#)
    let version = try #require(own.kid?.split(separator: "/").last.map(String.init))
    let place = ItemNames(
      vault: Vault(
        name: try #require(VaultName("one")),
        home: Keyring(account: Fixtures.account, region: "local", kind: .vault), createdAt: Fixtures.start),
      collection: .keys)
    let reference = try #require(place.version(version, of: place.place("own")))
    let made = try await engine.desk.key(reference).record
    for record in [secret, curve, ending, made] {
      await #expect(
        throws: KMSError.vault(.notAdoptable(record.resourceName)), "\(record.kind) \(record.spec)"
      ) {
        try await Self.adopt(record, as: "other", house)
      }
    }
    #expect(try await house.ask("GET", "/keys/other").status == 404)
  }
}
