import KMSDomain
import KMSEngine
import WireJSON

struct CreatePolicyOperation: IdentityOperation {
  static let action = Action.createPolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let policy = IdentityName(
        .policy, try input.requiredText("PolicyName", .identityPolicyName), in: call.account)
      let path = try input.text("Path", .policyPath) ?? "/"
      let document = try input.policyDocument("PolicyDocument")
      let description = try input.text("Description", .managedPolicyDescription) ?? ""
      return CreateIdentity(
        action, name, policy, path: path, tags: try input.identityTags(of: .policy),
        body: .policy(IdentityRecord.ManagedPolicy(first: document, description: description)))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    let record = answer.record
    guard let policy = DescribedPolicy(record, called: AWSVocabulary().name(of: record)) else { return }
    xml.element("Policy") { xml in
      xml.managedPolicy(policy)
      if !policy.tags.isEmpty { xml.tags(policy.tags) }
    }
  }
}

struct GetPolicyOperation: IdentityOperation {
  static let action = Action.getPolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetPolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetPolicy(try input.managedPolicy(), for: call.account)
    }
  }

  static func encode(_ answer: DescribedPolicy, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("Policy") { xml in
      xml.managedPolicy(answer)
      xml.text("Description", presentIn: answer.policy.description)
      xml.tags(answer.tags)
    }
  }
}

struct ListPoliciesOperation: IdentityOperation {
  static let action = Action.listPolicies

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListPolicies {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let page = try input.queryPage()
      let filter = ListPolicies.Filter(
        scope: try scope(&input), path: try input.text("PathPrefix", .policyPath) ?? "/",
        onlyAttached: try input.flag("OnlyAttached") ?? false, usage: try input.policyUsage())
      return ListPolicies(of: call.account, filter, after: page.marker, limit: page.limit)
    }
  }

  private static func scope(_ input: inout Input) throws(AWSError) -> ListPolicies.Filter.Scope {
    switch try input.text("Scope", .policyScope) {
    case "AWS": .builtIn
    case "Local": .own
    default: .all
    }
  }

  static func encode(_ answer: Page<DescribedPolicy>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("Policies", answer.items) { $0.managedPolicy($1) }
    xml.pageEnd(answer.next)
  }
}

struct DeletePolicyOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deletePolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteIdentity(action, name, try input.ownPolicy(call))
    }
  }
}

struct ListEntitiesForPolicyOperation: IdentityOperation {
  static let action = Action.listEntitiesForPolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListEntitiesForPolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let policy = try input.managedPolicy()
      let page = try input.queryPage()
      let filter = ListEntitiesForPolicy.Filter(
        kind: try kind(&input), path: try input.text("PathPrefix", .identityPath) ?? "/",
        usage: try input.policyUsage())
      return ListEntitiesForPolicy(policy, for: call.account, filter, after: page.marker, limit: page.limit)
    }
  }

  /// Policies carry no policies: asking for those finds nothing.
  private static func kind(_ input: inout Input) throws(AWSError) -> IdentityKind? {
    switch try input.text("EntityFilter", .entityType) {
    case "User": .user
    case "Role": .role
    case "Group": .group
    case "LocalManagedPolicy", "AWSManagedPolicy": .policy
    default: nil
    }
  }

  static func encode(_ answer: Page<IdentityRecord>, _ call: AWSCall, into xml: inout XMLWriter) {
    let lists = [(IdentityKind.group, "Group"), (.user, "User"), (.role, "Role")]
    for (kind, word) in lists {
      xml.list("Policy\(word)s", answer.items.filter { $0.kind == kind }) { xml, record in
        xml.text("\(word)Name", record.name)
        xml.text("\(word)Id", record.id.text)
      }
    }
    xml.pageEnd(answer.next)
  }
}

extension IdentityRecord.ManagedPolicy {
  /// One that is to be made: when is settled as it is.
  init(first document: [UInt8], description: String) {
    let never = Instant(milliseconds: 0)
    self.init(
      description: description, versions: [Version(number: 1, document: document, createdAt: never)],
      defaultVersion: 1, nextVersion: 2, updatedAt: never)
  }
}

extension XMLWriter {
  /// Nothing for an empty text.
  mutating func text(_ name: String, presentIn value: String) {
    if !value.isEmpty { text(name, value) }
  }
}
