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
///
/// Retiring is asked of each grant, and making one of each as if another of the same terms were to be made: the first that
/// may. They were made in the name of an account that nobody here is of, which would let its own retire them.
struct Case {
  let requests: [AccessRequest]

  init(_ json: JSONValue, _ words: AWSVocabulary, _ policies: inout CompiledPolicies) throws(CaseFault) {
    guard let action = words.action(named: try json.text("action")) else {
      throw .unknownAction(try json.text("action"))
    }
    let context = try json.texts(in: "context")
    var facts = RequestFacts()
    facts.encryptionContext = Case.encryptionContext(context)
    let asked = try json.object("resource")
    let resource = try Case.resource(asked, words, &policies)
    let grants = try Case.grants(asked, words)
    let caller = try Case.caller(try json.object("caller"), words, &policies)
    requests = Case.targets(action, resource, grants).map { target in
      facts.grant = target.child.map { GrantFacts($0) }
      return AccessRequest(
        action: action, caller: caller, origin: Case.origin, resource: target.resource, facts: facts,
        grants: grants, assumed: words.assumed(context, isComplete: true))
    }
  }

  private struct Target {
    let resource: ProtectedResource
    /// The grant that is to be made.
    var child: GrantTerms?
  }

  private static func targets(
    _ action: Action, _ resource: ProtectedResource, _ grants: [GrantRecord]
  ) -> [Target] {
    guard case .key(let key) = resource else { return [Target(resource: resource)] }
    switch action {
    case .retireGrant: return (grants.isEmpty ? [absent] : grants).map { Target(resource: .grant($0, key)) }
    case .createGrant where !grants.isEmpty:
      return grants.map { Target(resource: resource, child: $0.terms) }
    default: return [Target(resource: resource)]
    }
  }

  /// A grant that names nobody.
  private static let absent = GrantRecord(
    id: GrantID(high: Bits128(high: 1, low: 0), low: Bits128(high: 1, low: 0)),
    key: KeyID(Bits128(high: 0, low: 1)), region: "",
    terms: GrantTerms(
      name: "", grantee: "", retiring: nil, operations: GrantOperations([]), constraints: .none,
      issuer: nobody),
    createdAt: Instant(milliseconds: 0))

  private static let nobody: AccountID = {
    guard let account = AccountID("000000000000") else { preconditionFailure("twelve digits are an account") }
    return account
  }()

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
        issuer: nobody)
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
