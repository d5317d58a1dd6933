import KMSDomain
import WireJSON

/// The ready-made roles: built-in policies under short names, and what is left of them for somebody who is to have only a few
/// keys.
enum ReadyMadeRoles {
  static let all = [
    role("administrator", "AdministratorAccess"),
    role("key-administrator", "ClavigerKeyAdministrator"),
    role("key-user", "ClavigerKeyUser"),
    role("auditor", "ClavigerAuditor"),
    role("custodian", "ClavigerCustodian"),
    role("kmip-client", "ClavigerKMIPClient"),
  ]

  private static func role(_ name: String, _ policy: String) -> ReadyMadeRole {
    let arn = "arn:aws:iam::aws:policy/" + policy
    return ReadyMadeRole(name: name, summary: BuiltInPolicies.byARN[arn]?.description ?? "", policy: arn)
  }

  /// What isn't done to a key, and so can't be limited to some: seeing which there are, and random numbers.
  private static let withoutKey = ["kms:GenerateRandom", "kms:ListAliases", "kms:ListKeys"]

  /// The role's actions on keys for these alone.
  /// - Returns: nil for a role that names no action on keys, but everything, and for one that is about KMIP's other objects too.
  static func document(_ role: ReadyMadeRole, on keys: [String]) -> [UInt8]? {
    let actions = keyActions(role)
    guard !actions.isEmpty else { return nil }
    // Without a key there is nothing to allow, and a statement can't be about no resource.
    var json = JSONWriter()
    json.beginObject()
    json.member("Version", "2012-10-17")
    json.name("Statement")
    json.beginArray()
    if !keys.isEmpty {
      let onKeys = actions.filter { !withoutKey.contains($0) }
      write("OnTheseKeys", onKeys, on: keys, into: &json)
    }
    let uses = actions.contains("kms:GenerateRandom")
    write("SeeWhichThereAre", uses ? withoutKey : Array(withoutKey.dropFirst()), on: ["*"], into: &json)
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// As the role's own policy has them, so that the two never differ.
  private static func keyActions(_ role: ReadyMadeRole) -> [String] {
    guard let document = BuiltInPolicies.document(named: role.policy),
      let json = try? JSONDocument(document, limits: PolicyLimits.json)
    else { return [] }
    let statements = json.root["Statement"]?.elements ?? []
    let actions = statements.flatMap { $0["Action"]?.elements.compactMap(\.string) ?? [] }
    guard !actions.contains(where: { $0.utf8.starts(with: "kmip:".utf8) }) else { return [] }
    return actions.filter { $0.utf8.starts(with: "kms:".utf8) }
  }

  private static func write(
    _ sid: String, _ actions: [String], on resources: [String], into json: inout JSONWriter
  ) {
    json.beginObject()
    json.member("Sid", sid)
    json.member("Effect", "Allow")
    json.member("Action", texts: actions)
    json.member("Resource", texts: resources)
    json.endObject()
  }
}

/// Policies that say who may act as a role.
enum TrustDocument {
  static func bytes(_ party: TrustedParty) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.member("Version", "2012-10-17")
    json.name("Statement")
    json.beginArray()
    json.beginObject()
    json.member("Effect", "Allow")
    json.name("Principal")
    json.beginObject()
    switch party {
    case .principal(let name):
      json.member("AWS", name)
      json.endObject()
      json.member("Action", "sts:AssumeRole")
    case .tokens(let provider, let issuer, let audiences, let subjects):
      json.member("Federated", provider)
      json.endObject()
      json.member("Action", "sts:AssumeRoleWithWebIdentity")
      conditions(issuer, audiences, subjects, into: &json)
    }
    json.endObject()
    json.endArray()
    json.endObject()
    return json.bytes
  }

  /// Subjects may have wildcards.
  private static func conditions(
    _ issuer: String, _ audiences: [String], _ subjects: [String], into json: inout JSONWriter
  ) {
    json.name("Condition")
    json.beginObject()
    json.name("StringEquals")
    json.beginObject()
    json.name(escaping: issuer + ":aud")
    json.value(texts: audiences)
    json.endObject()
    json.name("StringLike")
    json.beginObject()
    json.name(escaping: issuer + ":sub")
    json.value(texts: subjects)
    json.endObject()
    json.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func member(_ name: String, texts: [String]) {
    self.name(name)
    value(texts: texts)
  }

  fileprivate mutating func value(texts: [String]) {
    beginArray()
    for text in texts { value(text) }
    endArray()
  }
}
