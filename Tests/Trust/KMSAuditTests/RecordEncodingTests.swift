import Foundation
import KMSAudit
import KMSDomain
import KMSTestKit
import Testing

@Suite("A record's line")
struct RecordEncodingTests {
  private func encode(_ record: AuditRecord) throws -> OutboxRecord {
    try Samples.open(try TemporaryFolder()).encode(record)
  }

  private func text(_ record: AuditRecord) throws -> String {
    String(decoding: try encode(record).line, as: UTF8.self)
  }

  private func record(
    userAgent: String = "", who: Caller? = nil, demands: [AuditRecord.Demand] = [],
    outcome: AuditRecord.Outcome = .success, context: EncryptionContext? = nil,
    details: [AuditRecord.Detail] = [],
    time: Instant = Instant(milliseconds: 0)
  ) -> AuditRecord {
    AuditRecord(
      id: Bits128(high: 1, low: 2), time: time,
      origin: RequestOrigin(
        id: RequestID(Bits128(high: 3, low: 4)), door: "aws", source: "::1", isEncrypted: false,
        userAgent: userAgent), who: who, operation: "", demands: demands, outcome: outcome,
      encryptionContext: context, details: details)
  }

  @Test("has every field in its fixed order")
  func everyField() throws {
    #expect(
      try text(Samples.record(0)) == """
        {"id":"000000000000a0d10000000000000000","time":"2027-01-15T08:00:00.000Z",\
        "request":"00000000-0000-4052-8000-000000000000","door":"aws","operation":"Encrypt",\
        "who":{"account":"111122223333","principal":"user:111122223333:alice","principalId":"AIDAalice",\
        "credential":"AKIATEST"},"source":"127.0.0.1","tls":true,"userAgent":"test",\
        "demands":[{"action":"encrypt","named":"alias/data","resolved":"key:111122223333:key-1",\
        "key":"000000000000004b0000000000000001","version":"00000000000000560000000000000001",\
        "decision":"allow","by":"keyPolicy #1"}],"outcome":"success",\
        "encryptionContext":{"purpose":"test"},"details":{"bytes":"1024"}}
        """)
  }

  @Test("leaves out what is empty")
  func emptyFields() throws {
    #expect(
      try text(record(outcome: .rejected("MissingAuthenticationToken", count: 3))) == """
        {"id":"00000000000000010000000000000002","time":"1970-01-01T00:00:00.000Z",\
        "request":"00000000-0000-4003-8000-000000000004","door":"aws","source":"::1","tls":false,\
        "outcome":"rejected","code":"MissingAuthenticationToken","count":3}
        """)
  }

  @Test(
    "never breaks, whatever a client writes into it",
    arguments: [
      "a\nb", "a\r\nb", "\u{0}\u{1}\u{1f}\u{7f}", "\"}\n{\"id\":\"forged\"}", "back\\slash",
      "\u{2028}\u{2029}\u{85}",
      "emoji 🔑 é e\u{301}", "a\u{feff}\u{202e}", "\\u000a", "\u{ffff}\u{10ffff}",
    ])
  func hostileText(_ text: String) throws {
    let hostile = record(
      userAgent: text,
      who: Caller(
        account: Fixtures.account, principal: text, principalID: text, userName: nil, isRoot: false,
        credential: text, policies: []),
      demands: [
        .init(
          action: .decrypt, named: text, resolved: text, key: nil, version: nil,
          decision: Decision(isAllowed: false, ground: .identityPolicy(policy: text, statement: text)))
      ], outcome: .failed(text), context: EncryptionContext([.init(name: text, value: text)]),
      details: [.init(name: text, value: text), .init(name: text, value: "again")])
    let line = try encode(hostile).line
    #expect(!line.contains { $0 < 0x20 })
    let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    let agent = try #require(object["userAgent"] as? String)
    #expect(Array(agent.unicodeScalars) == Array(text.unicodeScalars))
    #expect((object["details"] as? [String: Any])?.count == 2)
    let demand = try #require((object["demands"] as? [[String: Any]])?.first)
    #expect(demand["decision"] as? String == "deny")
    #expect((object["encryptionContext"] as? [String: String])?.values.first == text)
  }

  private static let statement = Statement(
    label: "S", effect: .deny, principals: nil, actions: .all, resources: ResourceSet([Glob("*")]),
    conditions: [
      Condition(
        key: .userName, test: .null(false), quantifier: .single, ifExists: false, label: "Null aws:username"),
      Condition(
        key: .userName, test: .null(true), quantifier: .single, ifExists: false, label: "Null \"x\""),
    ])

  @Test(
    "says which statement decided, and what its conditions are",
    arguments: [
      (Decision.Ground.keyPolicy("S"), "keyPolicy S"), (.trust("S"), "trust S"),
      (.identityPolicy(policy: "p", statement: "S"), "identityPolicy p S"),
      (.boundary(policy: "p", statement: "S"), "boundary p S"),
      (.sessionPolicy(policy: "p", statement: "S"), "sessionPolicy p S"),
      (
        .grant(GrantID(high: Bits128(high: 0, low: 1), low: Bits128(high: 2, low: 3))),
        "grant 0000000000000000000000000000000100000000000000020000000000000003"
      ),
      (.accountRoot, "accountRoot"), (.everyone, "everyone"), (.system, "system"),
      (.noKeyPolicyStatement, "noKeyPolicyStatement"), (.noTrustStatement, "noTrustStatement"),
      (.noIdentityStatement, "noIdentityStatement"), (.noBoundaryStatement, "noBoundaryStatement"),
      (.noSessionStatement, "noSessionStatement"), (.credentialKind, "credentialKind"),
      (.otherHolder, "otherHolder"),
    ])
  func grounds(ground: Decision.Ground, text: String) throws {
    for statement in [nil, Self.statement] {
      let decision = Decision(isAllowed: false, ground: ground, statement: statement)
      let demand = AuditRecord.Demand(
        action: .encrypt, named: "", resolved: "", key: nil, version: nil, decision: decision)
      let line = try encode(record(demands: [demand])).line
      let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      let found = try #require((object["demands"] as? [[String: Any]])?.first)
      #expect(found["by"] as? String == text)
      let conditions = found["conditions"] as? [String]
      #expect(conditions == (statement == nil ? nil : ["Null aws:username", "Null \"x\""]))
    }
  }

  @Test("names every action, each by its own name")
  func actionNames() throws {
    var names: Set<String> = []
    for action in Action.allCases {
      let demand = AuditRecord.Demand(
        action: action, named: "", resolved: "", key: nil, version: nil, decision: nil)
      let line = try encode(record(demands: [demand])).line
      let object = try #require(JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
      let demands = try #require(object["demands"] as? [[String: Any]])
      names.insert(try #require(demands.first?["action"] as? String))
      #expect(names.contains("\(action)"))
    }
    #expect(names.count == Action.allCases.count)
  }

  @Test(
    "writes moments as RFC 3339 does",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_709_210_096_007, "2024-02-29T12:34:56.007Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"), (253_402_300_800_000, "10000-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func times(_ milliseconds: Int64, _ expected: String) throws {
    let line = try text(record(time: Instant(milliseconds: milliseconds)))
    #expect(line.contains("\"time\":\"\(expected)\""))
  }

  @Test("survives the farthest moments", arguments: [Instant.distantFuture, Instant(milliseconds: .min)])
  func farthestMoments(_ time: Instant) throws {
    let line = try encode(record(time: time)).line
    #expect(try JSONSerialization.jsonObject(with: Data(line)) is [String: Any])
  }
}
