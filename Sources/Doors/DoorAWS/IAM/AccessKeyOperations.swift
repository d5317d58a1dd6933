import KMSDomain
import KMSEngine
import WireJSON

// Without a user's name they are about whoever calls.

struct CreateAccessKeyOperation: IdentityOperation {
  static let action = Action.createAccessKey

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreateAccessKey {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      CreateAccessKey(try input.user(orCaller: call))
    }
  }

  static func encode(_ answer: CreateAccessKey.Answer, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("AccessKey") { xml in
      xml.accessKey(answer.key, of: answer.owner)
      xml.secret("SecretAccessKey", answer.secret)
    }
  }
}

struct ListAccessKeysOperation: IdentityOperation {
  static let action = Action.listAccessKeys

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListAccessKeys {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let owner = try input.user(orCaller: call)
      let page = try input.queryPage()
      return ListAccessKeys(owner, after: page.marker, limit: page.limit)
    }
  }

  static func encode(_ answer: ListAccessKeys.Answer, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("AccessKeyMetadata", answer.keys.items) { $0.accessKey($1, of: answer.owner) }
    xml.pageEnd(answer.keys.next)
  }
}

struct UpdateAccessKeyOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.updateAccessKey

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UpdateAccessKey {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      UpdateAccessKey(
        try input.requiredText("AccessKeyId", .accessKeyID), of: try input.user(orCaller: call),
        isActive: try input.requiredText("Status", .accessKeyStatus) == "Active")
    }
  }
}

struct DeleteAccessKeyOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deleteAccessKey

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteAccessKey {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteAccessKey(
        try input.requiredText("AccessKeyId", .accessKeyID), of: try input.user(orCaller: call))
    }
  }
}

struct GetAccessKeyLastUsedOperation: IdentityOperation {
  static let action = Action.getAccessKeyLastUsed

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetAccessKeyLastUsed {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetAccessKeyLastUsed(try input.requiredText("AccessKeyId", .accessKeyID), in: call.account)
    }
  }

  static func encode(_ answer: GetAccessKeyLastUsed.Answer, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.text("UserName", answer.owner.name)
    xml.element("AccessKeyLastUsed") { xml in
      if let use = answer.use { xml.moment("LastUsedDate", use.time) }
      xml.text("ServiceName", answer.use?.service ?? "N/A")
      xml.text("Region", answer.use?.region ?? "N/A")
    }
  }
}

extension XMLWriter {
  fileprivate mutating func accessKey(_ key: AccessKeyRecord, of owner: IdentityRecord) {
    text("UserName", owner.name)
    text("AccessKeyId", key.id)
    text("Status", key.isActive ? "Active" : "Inactive")
    moment("CreateDate", key.createdAt)
  }
}
