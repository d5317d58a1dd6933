import KMSDomain
import KMSEngine
import WireJSON

struct CreateGroupOperation: IdentityOperation {
  static let action = Action.createGroup

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      CreateIdentity(
        action, name, try input.identity(.group, call), path: try input.identityPath(),
        body: .group(IdentityRecord.Carried()))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("Group") { $0.group(answer.record) }
  }
}

struct GetGroupOperation: IdentityOperation {
  static let action = Action.getGroup

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetGroup {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let group = try input.identity(.group, call)
      let page = try input.queryPage()
      return GetGroup(group, after: page.marker.map { IdentityID($0) }, limit: page.limit)
    }
  }

  static func encode(_ answer: GetGroup.Answer, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("Group") { $0.group(answer.group) }
    xml.list("Users", answer.members.items) { $0.user($1, withTags: false) }
    xml.pageEnd(answer.members.next)
  }
}

struct ListGroupsOperation: IdentityOperation {
  static let action = Action.listGroups

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListIdentities {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let page = try input.queryPage()
      return ListIdentities(
        action, name, .group, of: call.account, under: try input.text("PathPrefix", .pathPrefix) ?? "/",
        after: page.marker, limit: page.limit)
    }
  }

  static func encode(_ answer: Page<IdentityRecord>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("Groups", answer.items) { $0.group($1) }
    xml.pageEnd(answer.next)
  }
}

struct UpdateGroupOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.updateGroup

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateIdentity(
        action, name, try input.identity(.group, call),
        newName: try input.text("NewGroupName", .groupName), newPath: try input.text("NewPath", .identityPath)
      )
    }
  }
}

struct DeleteGroupOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deleteGroup

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteIdentity(action, name, try input.identity(.group, call))
    }
  }
}

struct AddUserToGroupOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.addUserToGroup

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> AddUserToGroup {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      AddUserToGroup(try input.identity(.user, call), to: try input.identity(.group, call))
    }
  }
}

struct RemoveUserFromGroupOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.removeUserFromGroup

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> RemoveUserFromGroup {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      RemoveUserFromGroup(try input.identity(.user, call), from: try input.identity(.group, call))
    }
  }
}

struct ListGroupsForUserOperation: IdentityOperation {
  static let action = Action.listGroupsForUser

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListGroupsForUser {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let user = try input.identity(.user, call)
      let page = try input.queryPage()
      return ListGroupsForUser(user, after: page.marker, limit: page.limit)
    }
  }

  static func encode(_ answer: Page<IdentityRecord>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("Groups", answer.items) { $0.group($1) }
    xml.pageEnd(answer.next)
  }
}

extension XMLWriter {
  mutating func group(_ record: IdentityRecord) {
    text("Path", record.path)
    text("GroupName", record.name)
    text("GroupId", record.id.text)
    text("Arn", AWSVocabulary().name(of: record))
    moment("CreateDate", record.createdAt)
  }
}
