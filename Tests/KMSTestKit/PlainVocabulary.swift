package import KMSDomain

/// Names without any protocol, and policies of one word: for tests of the core.
package struct PlainVocabulary: PolicyVocabulary {
  package init() {}

  package func keyResource(_ identifier: String, in home: Keyring) -> String {
    home.region == Fixtures.keyring.region
      ? "key:\(home.account.text):\(identifier)" : "key:\(home.account.text):\(identifier)@\(home.region)"
  }
  package func aliasResource(_ name: KeyName) -> String { "alias:\(name.keyring.account.text):\(name.text)" }
  package func rootPrincipal(of account: AccountID) -> String { "root:\(account.text)" }
  package func identityResource(_ name: IdentityName, path: String) -> String {
    "\(name.kind):\(name.account.text):\(name.text)"
  }
  package func sessionPrincipal(_ claims: SessionClaims, of principal: String) -> String {
    switch claims.kind {
    case .role: "\(principal)@\(claims.name)"
    case .federated: "federated:\(claims.name)"
    case .user: principal
    }
  }
  package func builtInPolicy(_ name: String) -> [UInt8]? {
    builtInTitle(name) == nil ? nil : Array("nobody".utf8)
  }
  /// There are `policy:1` to `policy:12`.
  package func builtInTitle(_ name: String) -> PolicyTitle? {
    (1...12).contains { name == "policy:\($0)" } ? PolicyTitle(name: name, path: "/", resource: name) : nil
  }
  package var builtInPolicies: [BuiltInPolicy] {
    (1...12).map { number in
      BuiltInPolicy(
        resourceName: "policy:\(number)", id: IdentityID("ANPA\(number)"), name: "policy:\(number)",
        path: "/",
        description: "", document: Array("nobody".utf8), createdAt: Fixtures.start)
    }
  }
  package func identity(ofPrincipal name: String) -> IdentityName? {
    let parts = name.split(separator: ":").map(String.init)
    guard parts.count == 3, let account = AccountID(parts[1]) else { return nil }
    switch parts[0] {
    case "user": return IdentityName(.user, parts[2], in: account)
    case "role": return IdentityName(.role, parts[2], in: account)
    default: return nil
    }
  }
  package func name(of spec: KeySpec) -> String { "\(spec)" }
  package func name(of usages: KeyUsages) -> String { "encrypt+decrypt" }
  package func name(of origin: KeyOrigin) -> String { "\(origin)" }
  package func name(of kind: Keyring.Kind) -> String { "\(kind)" }
  package func name(of reach: KeyReach) -> String? { reach == .singleRegion ? nil : "\(reach)" }
  package func name(of algorithm: KeyAlgorithm) -> String { "\(algorithm)" }
  package func name(of algorithm: ImportAlgorithm) -> String { "\(algorithm)" }
  package func expirationModel(expires: Bool) -> String { expires ? "expires" : "stays" }
  package func name(of form: MessageForm) -> String { "\(form)" }
  package func name(of kind: Caller.Kind) -> String { "\(kind)" }
  package func name(of operation: GrantOperation) -> String { "\(operation)" }
  package func name(of type: GrantConstraints.Kind) -> String { "\(type)" }
  package func defaultKeyPolicy(for account: AccountID) -> [UInt8] { Array("account \(account.text)".utf8) }
  package func defaultObjectPolicy(for account: AccountID) -> [UInt8] { defaultKeyPolicy(for: account) }

  package func document(_ document: [UInt8], calling principals: [String: IdentityID]) -> [UInt8] {
    let words = String(decoding: document, as: UTF8.self).split(separator: " ").map(String.init)
    return Array(words.map { principals[$0]?.text ?? $0 }.joined(separator: " ").utf8)
  }

  /// `account 111122223333` hands the account the decision, `only NAME` allows one principal, `nobody` allows none.
  package func compile(_ document: [UInt8], as kind: PolicyKind) throws(KMSError) -> Policy {
    let words = String(decoding: document, as: UTF8.self).split(separator: " ").map(String.init)
    switch words.first {
    case "nobody": return Policy(statements: [])
    case "account":
      guard let account = AccountID(words.last ?? "") else { throw .malformedPolicy("no account") }
      return Policy(statements: [.allow(PrincipalSet([.account(account)]))])
    case "only": return Policy(statements: [.allow(PrincipalSet([.named(words.last ?? "")]))])
    default: throw .malformedPolicy("unknown word")
    }
  }
}

extension Statement {
  /// Allows everything on everything.
  package static func allow(
    _ principals: PrincipalSet? = nil, actions: ActionSet = .all,
    resources: ResourceSet = ResourceSet([Glob("*")]),
    conditions: [Condition] = [], label: String = "#1"
  ) -> Statement {
    Statement(
      label: label, effect: .allow, principals: principals, actions: actions, resources: resources,
      conditions: conditions)
  }

  package static func deny(
    _ principals: PrincipalSet? = nil, actions: ActionSet = .all,
    resources: ResourceSet = ResourceSet([Glob("*")]),
    conditions: [Condition] = [], label: String = "#deny"
  ) -> Statement {
    Statement(
      label: label, effect: .deny, principals: principals, actions: actions, resources: resources,
      conditions: conditions)
  }
}

extension AttachedPolicy {
  /// A policy that allows everything on everything.
  package static let administrator = AttachedPolicy(
    name: "administrator", policy: Policy(statements: [.allow()]))
}
