package import KMSDomain
import WireJSON

extension AWSPolicyWords {
  /// A bare name is a user or else a role; a role stands for a session of it.
  package func principals(_ text: String, of account: AccountID) -> [NamedPrincipal] {
    guard text.utf8.starts(with: "arn:".utf8) else {
      guard isPrincipalName(text) else { return [] }
      return [
        .identity(IdentityName(.user, text, in: account)),
        .session(IdentityName(.role, text, in: account), name: AWSPolicyWords.someSession),
      ]
    }
    guard let arn = ARN(text), let owner = AccountID(String(arn.account)) else { return [] }
    if arn.resource == "root" { return [.identity(IdentityName(.root, "root", in: owner))] }
    let parts = arn.resource.split(separator: "/").map(String.init)
    guard let kind = parts.first, parts.count >= 2, let last = parts.last else { return [] }
    switch (String(arn.service), kind) {
    case ("iam", "user"): return [.identity(IdentityName(.user, last, in: owner))]
    case ("iam", "role"):
      return [.session(IdentityName(.role, last, in: owner), name: AWSPolicyWords.someSession)]
    case ("sts", "assumed-role"):
      return parts.count == 3 ? [.session(IdentityName(.role, parts[1], in: owner), name: last)] : []
    case (_, _): return []
    }
  }

  /// What a session is called that nobody named.
  private static let someSession = "session"

  package func action(_ name: String) -> Action? {
    let wanted = name.lowercased()
    return Action.allCases.first { action in
      action.isPolicyAction && (action.awsName.lowercased() == wanted)
    }
  }

  package func name(of action: Action) -> String { action.awsName }

  package func conditionKey(_ name: String) -> String? { ConditionKeyName(name)?.folded }

  package var openConditionKeys: [String] {
    ["aws:sourceip", "aws:useragent", "aws:securetransport"]
  }

  package func statements(in document: [UInt8]) -> [StatementText] {
    let json: JSONDocument
    do throws(JSONError) {
      json = try JSONDocument(document, limits: PolicyLimits.json)
    } catch {
      return []
    }
    guard let list = json.root["Statement"] else { return [] }
    let statements = list.kind == .array ? list.elements : [list]
    let places = StatementPlace.all(in: document)
    guard places.count == statements.count else { return [] }
    return zip(statements, places).map { statement, place in
      StatementText(
        text: String(decoding: statement.containerText, as: UTF8.self), line: place.start.line,
        conditions: AWSPolicyWords.conditions(of: statement))
    }
  }

  /// By the labels that the grammar gives conditions.
  private static func conditions(of statement: JSONValue) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for (written, block) in statement["Condition"]?.members ?? [] {
      for (name, value) in block.members {
        let values = value.kind == .array ? value.elements : [value]
        result["\(written) \(name)"] = values.compactMap { value in
          value.string ?? value.numberText ?? value.bool.map { $0 ? "true" : "false" }
        }
      }
    }
    return result
  }
}
