import KMSDomain
import KMSEngine
import WireJSON

struct CreatePolicyVersionOperation: IdentityOperation {
  static let action = Action.createPolicyVersion

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> CreatePolicyVersion {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      CreatePolicyVersion(
        try input.ownPolicy(call), document: try input.policyDocument("PolicyDocument"),
        isDefault: try input.flag("SetAsDefault") ?? false)
    }
  }

  static func encode(_ answer: DescribedVersion, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("PolicyVersion") { $0.policyVersion(answer, withDocument: false) }
  }
}

struct GetPolicyVersionOperation: IdentityOperation {
  static let action = Action.getPolicyVersion

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetPolicyVersion {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetPolicyVersion(try input.managedPolicy(), for: call.account, try input.policyVersion())
    }
  }

  static func encode(_ answer: DescribedVersion, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.element("PolicyVersion") { $0.policyVersion(answer, withDocument: true) }
  }
}

struct ListPolicyVersionsOperation: IdentityOperation {
  static let action = Action.listPolicyVersions

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListPolicyVersions {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let policy = try input.managedPolicy()
      let page = try input.queryPage()
      return ListPolicyVersions(
        policy, for: call.account, after: input.position(page.marker), limit: page.limit)
    }
  }

  static func encode(_ answer: Page<DescribedVersion>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("Versions", answer.items) { $0.policyVersion($1, withDocument: false) }
    xml.pageEnd(answer.next)
  }
}

struct SetDefaultPolicyVersionOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.setDefaultPolicyVersion

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> SetDefaultPolicyVersion {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      SetDefaultPolicyVersion(try input.ownPolicy(call), try input.policyVersion())
    }
  }
}

struct DeletePolicyVersionOperation: IdentityOperation, SilentQueryOperation {
  static let action = Action.deletePolicyVersion

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeletePolicyVersion {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeletePolicyVersion(try input.ownPolicy(call), try input.policyVersion())
    }
  }
}
