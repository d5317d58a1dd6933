import KMSDomain
import KMSEngine
import WireJSON

// Policies that are part of what carries them. Each kind has its own action; the rest is the same for all.

protocol CarrierOperation: IdentityOperation {
  static var carrier: Carrier { get }
}

protocol PutInlinePolicyOperation: CarrierOperation, SilentQueryOperation where Work == PutInlinePolicy {}

extension PutInlinePolicyOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> PutInlinePolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let identity = try input.identity(carrier, call)
      let policy = IdentityRecord.InlinePolicy(
        name: try input.requiredText("PolicyName", .identityPolicyName),
        document: Array(try input.requiredText("PolicyDocument", .identityPolicy).utf8))
      return PutInlinePolicy(action, name, identity, policy: policy)
    }
  }
}

protocol GetInlinePolicyOperation: CarrierOperation where Work == GetInlinePolicy {}

extension GetInlinePolicyOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> GetInlinePolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      GetInlinePolicy(
        action, name, try input.identity(carrier, call),
        policy: try input.requiredText("PolicyName", .identityPolicyName))
    }
  }

  static func encode(_ answer: GetInlinePolicy.Answer, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.text(carrier.member, answer.owner.name)
    xml.text("PolicyName", answer.policy.name)
    xml.document("PolicyDocument", answer.policy.document)
  }
}

protocol DeleteInlinePolicyOperation: CarrierOperation, SilentQueryOperation
where Work == DeleteInlinePolicy {}

extension DeleteInlinePolicyOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DeleteInlinePolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DeleteInlinePolicy(
        action, name, try input.identity(carrier, call),
        policy: try input.requiredText("PolicyName", .identityPolicyName))
    }
  }
}

protocol ListInlinePoliciesOperation: CarrierOperation where Work == ListInlinePolicies {}

extension ListInlinePoliciesOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListInlinePolicies {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let identity = try input.identity(carrier, call)
      let page = try input.queryPage()
      return ListInlinePolicies(action, name, identity, after: page.marker, limit: page.limit)
    }
  }

  static func encode(_ answer: Page<String>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("PolicyNames", texts: answer.items)
    xml.pageEnd(answer.next)
  }
}

struct PutUserPolicyOperation: PutInlinePolicyOperation {
  static let action = Action.putUserPolicy
  static let carrier = Carrier.user
}

struct PutGroupPolicyOperation: PutInlinePolicyOperation {
  static let action = Action.putGroupPolicy
  static let carrier = Carrier.group
}

struct PutRolePolicyOperation: PutInlinePolicyOperation {
  static let action = Action.putRolePolicy
  static let carrier = Carrier.role
}

struct GetUserPolicyOperation: GetInlinePolicyOperation {
  static let action = Action.getUserPolicy
  static let carrier = Carrier.user
}

struct GetGroupPolicyOperation: GetInlinePolicyOperation {
  static let action = Action.getGroupPolicy
  static let carrier = Carrier.group
}

struct GetRolePolicyOperation: GetInlinePolicyOperation {
  static let action = Action.getRolePolicy
  static let carrier = Carrier.role
}

struct DeleteUserPolicyOperation: DeleteInlinePolicyOperation {
  static let action = Action.deleteUserPolicy
  static let carrier = Carrier.user
}

struct DeleteGroupPolicyOperation: DeleteInlinePolicyOperation {
  static let action = Action.deleteGroupPolicy
  static let carrier = Carrier.group
}

struct DeleteRolePolicyOperation: DeleteInlinePolicyOperation {
  static let action = Action.deleteRolePolicy
  static let carrier = Carrier.role
}

struct ListUserPoliciesOperation: ListInlinePoliciesOperation {
  static let action = Action.listUserPolicies
  static let carrier = Carrier.user
}

struct ListGroupPoliciesOperation: ListInlinePoliciesOperation {
  static let action = Action.listGroupPolicies
  static let carrier = Carrier.group
}

struct ListRolePoliciesOperation: ListInlinePoliciesOperation {
  static let action = Action.listRolePolicies
  static let carrier = Carrier.role
}
