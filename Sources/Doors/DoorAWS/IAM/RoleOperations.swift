import KMSDomain
import KMSEngine
import WireJSON

struct CreateRoleOperation: IdentityOperation {
  static let action = Action.createRole

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      input.refuseMembers("MaxSigninSessionDuration")
      let role = IdentityName(.role, try input.requiredText("RoleName", .roleName), in: call.account)
      let body = IdentityRecord.Role(
        trust: try input.policyDocument("AssumeRolePolicyDocument"),
        description: try input.text("Description", .roleDescription) ?? "",
        maxSessionSeconds: try input.maxSessionDuration() ?? 3600)
      return CreateIdentity(
        action, name, role, path: try input.identityPath(), tags: try input.identityTags(of: .role),
        body: .role(body), boundary: try input.optionalPolicyARN("PermissionsBoundary", call))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("Role") { xml in
      xml.role(answer.record)
      xml.boundary(answer.boundary)
      if !answer.record.tags.isEmpty { xml.tags(answer.record.tags) }
    }
  }
}

struct GetRoleOperation: IdentityOperation {
  static let action = Action.getRole

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetIdentity(action, name, try input.identity(.role, call))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    guard case .role(let role) = answer.record.body else { return }
    xml.element("Role") { xml in
      xml.role(answer.record)
      xml.text("Description", presentIn: role.description)
      xml.number("MaxSessionDuration", role.maxSessionSeconds)
      xml.boundary(answer.boundary)
      if !answer.record.tags.isEmpty { xml.tags(answer.record.tags) }
      xml.element("RoleLastUsed") { _ in }
    }
  }
}

struct ListRolesOperation: IdentityOperation {
  static let action = Action.listRoles

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListIdentities {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let page = try input.queryPage()
      return ListIdentities(
        action, name, .role, of: call.account, under: try input.text("PathPrefix", .pathPrefix) ?? "/",
        after: page.marker, limit: page.limit)
    }
  }

  static func encode(_ answer: Page<IdentityRecord>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("Roles", answer.items) { xml, record in
      xml.role(record)
      guard case .role(let role) = record.body else { return }
      xml.text("Description", presentIn: role.description)
      xml.number("MaxSessionDuration", role.maxSessionSeconds)
    }
    xml.pageEnd(answer.next)
  }
}

struct UpdateRoleOperation: IdentityOperation {
  static let action = Action.updateRole

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateRole {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      input.refuseMembers("MaxSigninSessionDuration", "ResetMaxSigninSessionDuration")
      return UpdateRole(
        action, name, try input.identity(.role, call),
        description: try input.text("Description", .roleDescription),
        maxSessionSeconds: try input.maxSessionDuration())
    }
  }

  /// An empty result: the model has one here.
  static func encode(_ answer: IdentityRecord, _ call: AWSCall, into xml: inout XMLWriter) {}
}

struct UpdateRoleDescriptionOperation: IdentityOperation {
  static let action = Action.updateRoleDescription

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateRole {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateRole(
        action, name, try input.identity(.role, call),
        description: try input.requiredText("Description", .roleDescription))
    }
  }

  static func encode(_ answer: IdentityRecord, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("Role") { xml in
      xml.role(answer)
      if case .role(let role) = answer.body { xml.text("Description", presentIn: role.description) }
    }
  }
}

struct UpdateAssumeRolePolicyOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.updateAssumeRolePolicy

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateAssumeRolePolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateAssumeRolePolicy(
        try input.identity(.role, call), document: try input.policyDocument("PolicyDocument"))
    }
  }
}

struct DeleteRoleOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deleteRole

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteIdentity(action, name, try input.identity(.role, call))
    }
  }
}

/// Instance profiles belong to virtual machines, which this server has none of.
struct ListInstanceProfilesForRoleOperation: IdentityOperation {
  static let action = Action.listInstanceProfilesForRole

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      _ = try input.queryPage()
      return GetIdentity(action, name, try input.identity(.role, call))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("InstanceProfiles", texts: [])
    xml.pageEnd(nil)
  }
}

extension Input {
  fileprivate mutating func maxSessionDuration() throws(AWSError) -> Int? {
    try integer("MaxSessionDuration", 3600...43200)
  }
}

extension XMLWriter {
  /// What every answer tells of a role.
  mutating func role(_ record: IdentityRecord) {
    text("Path", record.path)
    text("RoleName", record.name)
    text("RoleId", record.id.text)
    text("Arn", AWSVocabulary().name(of: record))
    moment("CreateDate", record.createdAt)
    if case .role(let role) = record.body { document("AssumeRolePolicyDocument", role.trust) }
  }
}
