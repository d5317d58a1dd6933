import DoorAWS
import KMSDomain
import WireJSON

/// One question:
///
/// ```
/// {"caller": {"kind": "root" | "user" | "role" | "federated", "account": DIGITS, "arn": ARN, "role": ARN, "user": ARN,
///             "identity": [POLICY], "boundary": POLICY | null, "session": [POLICY] | null},
///  "action": "kms:Encrypt",
///  "resource": {"arn": ARN | "*", "account": DIGITS, "policy": POLICY | null,
///               "grants": [{"grantee": ARN, "operations": [NAME], "equals": PAIRS | null, "subset": PAIRS | null}]},
///  "context": {CONDITION KEY: [TEXT]}}
/// ```
///
/// `role` is there for sessions of roles, `user` for federated users. Condition keys that aren't in `context` are absent.
struct Case {
  let request: AccessRequest

  init(_ json: JSONValue, _ words: AWSVocabulary, _ policies: inout CompiledPolicies) throws(CaseFault) {
    guard let action = words.action(named: try json.text("action")) else {
      throw .unknownAction(try json.text("action"))
    }
    let context = try json.texts(in: "context")
    var facts = RequestFacts()
    facts.encryptionContext = Case.encryptionContext(context)
    let resource = try json.object("resource")
    request = AccessRequest(
      action: action, caller: try Case.caller(try json.object("caller"), words, &policies),
      origin: Case.origin,
      resource: try Case.resource(resource, words, &policies), facts: facts,
      grants: try Case.grants(resource, words), assumed: words.assumed(context, isComplete: true))
  }

  private static let origin = RequestOrigin(
    id: RequestID(Bits128(high: 0, low: 0)), door: "aws", source: "", isEncrypted: true, userAgent: "")

  private static func encryptionContext(_ context: [String: [String]]) -> EncryptionContext? {
    let prefix = "kms:encryptioncontext:"
    var pairs: [EncryptionContext.Pair] = []
    for (name, values) in context where name.lowercased().hasPrefix(prefix) {
      for value in values { pairs.append(.init(name: String(name.dropFirst(prefix.count)), value: value)) }
    }
    return EncryptionContext(pairs)
  }
}

// MARK: - The caller

extension Case {
  private static func caller(
    _ json: JSONValue, _ words: AWSVocabulary, _ policies: inout CompiledPolicies
  ) throws(CaseFault) -> Caller {
    let arn = try json.text("arn")
    let kind = try json.text("kind")
    var boundary: AttachedPolicy?
    if let document = json.present("boundary") {
      boundary = AttachedPolicy(name: "boundary", policy: try policies.policy(document, .identity, words))
    }
    return Caller(
      account: try json.account("account"), principal: arn, principalID: "AIDA",
      userName: kind == "user" ? arn.split(separator: "/").last.map(String.init) : nil,
      isRoot: kind == "root",
      credential: "", policies: try attached(json.present("identity"), .identity, words, &policies) ?? [],
      boundary: boundary, session: try session(json, kind, words, &policies))
  }

  private static func session(
    _ json: JSONValue, _ kind: String, _ words: AWSVocabulary, _ policies: inout CompiledPolicies
  ) throws(CaseFault) -> Session? {
    let sessionKind: Session.Kind
    switch kind {
    case "root", "user": return nil
    case "role": sessionKind = .role(try json.text("role"))
    case "federated": sessionKind = .federated(by: try json.text("user"))
    default: throw .field("kind")
    }
    let never = Instant(milliseconds: 0)
    return Session(
      kind: sessionKind, name: "session", issuedAt: never, expiresAt: never,
      policies: try attached(json.present("session"), .session, words, &policies), sourceIdentity: nil,
      provider: nil)
  }

  private static func attached(
    _ json: JSONValue?, _ kind: PolicyKind, _ words: AWSVocabulary, _ policies: inout CompiledPolicies
  ) throws(CaseFault) -> [AttachedPolicy]? {
    guard let json else { return nil }
    var result: [AttachedPolicy] = []
    for (index, document) in json.elements.enumerated() {
      result.append(
        AttachedPolicy(name: "\(kind).\(index + 1)", policy: try policies.policy(document, kind, words)))
    }
    return result
  }
}

// MARK: - The resource

extension Case {
  private static func resource(
    _ json: JSONValue, _ words: AWSVocabulary, _ policies: inout CompiledPolicies
  ) throws(CaseFault) -> ProtectedResource {
    let arn = try json.text("arn")
    let account = try json.account("account")
    guard let document = json.present("policy") else {
      return arn == "*" ? .account(account) : .alias(name: arn, account: account)
    }
    return .key(
      ProtectedKey(record: key(arn, account), policy: try policies.policy(document, .key, words)))
  }

  private static func key(_ arn: String, _ account: AccountID) -> KeyRecord {
    let bits = Bits128(high: 0, low: 1)
    let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    let never = Instant(milliseconds: 0)
    return KeyRecord(
      id: KeyID(bits),
      home: Keyring(account: account, region: parts.count > 3 ? String(parts[3]) : "", kind: .aws),
      identifier: "", resourceName: arn, spec: .aes256, usages: [.encrypt, .decrypt], origin: .generated,
      exportable: false, createdAt: never, state: .active, deletionDate: nil, description: "", tags: [],
      policy: [],
      versions: [KeyVersion(id: VersionID(bits), state: .active, createdAt: never, material: nil)],
      current: VersionID(bits), generation: 1)
  }

  private static func grants(
    _ json: JSONValue, _ words: AWSVocabulary
  ) throws(CaseFault) -> [GrantRecord] {
    var result: [GrantRecord] = []
    let issuer = try json.account("account")
    for (index, grant) in (json.present("grants")?.elements ?? []).enumerated() {
      var operations: [GrantOperation] = []
      for name in grant["operations"]?.elements ?? [] {
        guard let operation = words.grantOperation(named: name.string ?? "") else {
          throw .field("operations")
        }
        operations.append(operation)
      }
      let terms = GrantTerms(
        name: "", grantee: try grant.text("grantee"), retiring: nil, operations: GrantOperations(operations),
        constraints: GrantConstraints(equals: pairs(grant, "equals"), subset: pairs(grant, "subset")),
        issuer: issuer)
      let number = Bits128(high: 0, low: UInt64(index))
      result.append(
        GrantRecord(
          id: GrantID(high: number, low: number), key: KeyID(Bits128(high: 0, low: 1)), region: "",
          terms: terms, createdAt: Instant(milliseconds: 0)))
    }
    return result
  }

  private static func pairs(_ json: JSONValue, _ name: String) -> EncryptionContext? {
    json.present(name).flatMap { json in
      EncryptionContext(json.members.map { .init(name: $0.name, value: $0.value.string ?? "") })
    }
  }
}

// MARK: - Fields

extension JSONValue {
  fileprivate func present(_ name: String) -> JSONValue? { self[name].flatMap { $0.isNull ? nil : $0 } }

  fileprivate func object(_ name: String) throws(CaseFault) -> JSONValue {
    guard let value = self[name], value.kind == .object else { throw .field(name) }
    return value
  }

  fileprivate func text(_ name: String) throws(CaseFault) -> String {
    guard let text = self[name]?.string else { throw .field(name) }
    return text
  }

  fileprivate func account(_ name: String) throws(CaseFault) -> AccountID {
    guard let account = AccountID(try text(name)) else { throw .field(name) }
    return account
  }

  fileprivate func texts(in name: String) throws(CaseFault) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for (key, list) in self[name]?.members ?? [] {
      result[key] = list.elements.compactMap(\.string)
    }
    return result
  }
}
