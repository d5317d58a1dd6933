import KMSDomain
import KMSEngine
import WireJSON

struct GetAccountAuthorizationDetailsOperation: IdentityOperation {
  static let action = Action.getAccountAuthorizationDetails

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DescribeAuthorizations {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let page = try input.queryPage()
      let words = try input.texts("Filter", 0...Int.max, .entityType) ?? []
      let all = DescribeAuthorizations.Section.allCases
      let asked = words.isEmpty ? Set(all) : Set(words.compactMap { sections[$0] })
      return DescribeAuthorizations(of: call.account, asked, after: page.marker, limit: page.limit)
    }
  }

  private static let sections: [String: DescribeAuthorizations.Section] = [
    "User": .users, "Group": .groups, "Role": .roles, "LocalManagedPolicy": .ownPolicies,
    "AWSManagedPolicy": .builtInPolicies,
  ]

  static func encode(
    _ answer: Page<DescribeAuthorizations.Entity>, _ call: AWSCall, into xml: inout XMLWriter
  ) {
    let carriers = answer.items.compactMap(\.carrier)
    xml.list("UserDetailList", carriers.filter { $0.record.kind == .user }) { $0.userDetail($1) }
    xml.list("GroupDetailList", carriers.filter { $0.record.kind == .group }) { $0.groupDetail($1) }
    xml.list("RoleDetailList", carriers.filter { $0.record.kind == .role }) { $0.roleDetail($1) }
    xml.list("Policies", answer.items.compactMap(\.policy)) { $0.policyDetail($1) }
    xml.pageEnd(answer.next)
  }
}

extension DescribeAuthorizations.Entity {
  fileprivate var carrier: CarryingIdentity? {
    guard case .carrier(let carrier) = self else { return nil }
    return carrier
  }

  fileprivate var policy: DescribedPolicy? {
    guard case .policy(let policy) = self else { return nil }
    return policy
  }
}

extension XMLWriter {
  fileprivate mutating func userDetail(_ described: CarryingIdentity) {
    user(described.record, withTags: false)
    inline("UserPolicyList", described.record)
    list("GroupList", texts: described.groups)
    attached(described.attached)
    boundary(described.boundary?.resource)
    if !described.record.tags.isEmpty { tags(described.record.tags) }
  }

  fileprivate mutating func groupDetail(_ described: CarryingIdentity) {
    let record = described.record
    text("Path", record.path)
    text("GroupName", record.name)
    text("GroupId", record.id.text)
    text("Arn", AWSVocabulary().name(of: record))
    moment("CreateDate", record.createdAt)
    inline("GroupPolicyList", record)
    attached(described.attached)
  }

  fileprivate mutating func roleDetail(_ described: CarryingIdentity) {
    role(described.record)
    list("InstanceProfileList", texts: [])
    inline("RolePolicyList", described.record)
    attached(described.attached)
    boundary(described.boundary?.resource)
    if !described.record.tags.isEmpty { tags(described.record.tags) }
    element("RoleLastUsed") { _ in }
  }

  fileprivate mutating func policyDetail(_ policy: DescribedPolicy) {
    managedPolicy(policy)
    text("Description", presentIn: policy.policy.description)
    list("PolicyVersionList", policy.versions) { $0.policyVersion($1, withDocument: true) }
  }

  private mutating func inline(_ name: String, _ record: IdentityRecord) {
    list(name, record.carried.inline) { xml, policy in
      xml.text("PolicyName", policy.name)
      xml.document("PolicyDocument", policy.document)
    }
  }

  private mutating func attached(_ policies: [PolicyTitle]) {
    list("AttachedManagedPolicies", policies) { xml, policy in
      xml.text("PolicyName", policy.name)
      xml.text("PolicyArn", policy.resource)
    }
  }
}
