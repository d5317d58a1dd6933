import KMSDomain
import KMSEngine
import WireJSON

struct CreateUserOperation: QueryOperation {
  static let name = "CreateUser"
  static let service = QueryService.iam

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      CreateIdentity(
        .createUser, name,
        IdentityName(.user, try input.requiredText("UserName", .userName), in: call.account),
        path: try input.identityPath(), tags: try input.identityTags(of: .user),
        body: .user(IdentityRecord.User()),
        boundary: try input.optionalPolicyARN("PermissionsBoundary", call))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("User") { $0.user(answer.record, boundary: answer.boundary, withTags: true) }
  }
}

struct GetUserOperation: QueryOperation {
  static let name = "GetUser"
  static let service = QueryService.iam

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetIdentity(.getUser, name, try input.user(orCaller: call))
    }
  }

  static func encode(_ answer: DescribedIdentity, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("User") { $0.user(answer.record, boundary: answer.boundary, withTags: true) }
  }
}

struct ListUsersOperation: QueryOperation {
  static let name = "ListUsers"
  static let service = QueryService.iam

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListIdentities {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let page = try input.queryPage()
      return ListIdentities(
        .listUsers, name, .user, of: call.account, under: try input.text("PathPrefix", .pathPrefix) ?? "/",
        after: page.marker, limit: page.limit)
    }
  }

  static func encode(_ answer: Page<IdentityRecord>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("Users", answer.items) { $0.user($1, withTags: false) }
    xml.pageEnd(answer.next)
  }
}

struct UpdateUserOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.updateUser

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateIdentity(
        action, name, try input.identity(.user, call), newName: try input.text("NewUserName", .userName),
        newPath: try input.text("NewPath", .identityPath))
    }
  }
}

struct DeleteUserOperation: SilentQueryOperation {
  static let name = "DeleteUser"
  static let service = QueryService.iam

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteIdentity(
        .deleteUser, name,
        IdentityName(.user, try input.requiredText("UserName", .existingUserName), in: call.account))
    }
  }
}

extension Input {
  /// The user of that name; without one, whoever calls, if that is a user or the root.
  mutating func user(orCaller call: AWSCall) throws(AWSError) -> IdentityName {
    if let name = try text("UserName", .existingUserName) {
      return IdentityName(.user, name, in: call.account)
    }
    if let name = call.caller.userName { return IdentityName(.user, name, in: call.account) }
    if !call.caller.isRoot { refuse(.userNameNeeded) }
    return IdentityName(.root, "root", in: call.account)
  }
}

extension AWSError {
  fileprivate static let userNameNeeded = AWSError.validation(
    "Must specify userName when calling with non-User credentials")
}

extension XMLWriter {
  /// - Parameter withTags: lists leave tags out, and boundaries.
  mutating func user(_ record: IdentityRecord, boundary: String? = nil, withTags: Bool) {
    text("Path", record.path)
    text("UserName", record.name)
    text("UserId", record.id.text)
    text("Arn", AWSVocabulary().name(of: record))
    moment("CreateDate", record.createdAt)
    self.boundary(boundary)
    if withTags, !record.tags.isEmpty { tags(record.tags) }
  }
}
