import KMSDomain
import KMSEngine
import WireJSON

// Policies that stand by themselves, as users, groups and roles carry them.

protocol AttachPolicyOperation: CarrierOperation, SilentQueryOperation where Work == AttachPolicy {}

extension AttachPolicyOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> AttachPolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      AttachPolicy(
        action, name, try input.identity(carrier, call), policy: try input.policyARN("PolicyArn", call))
    }
  }
}

protocol DetachPolicyOperation: CarrierOperation, SilentQueryOperation where Work == DetachPolicy {}

extension DetachPolicyOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> DetachPolicy {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      DetachPolicy(
        action, name, try input.identity(carrier, call), policy: try input.policyARN("PolicyArn", call))
    }
  }
}

protocol ListAttachedPoliciesOperation: CarrierOperation where Work == ListAttachedPolicies {}

extension ListAttachedPoliciesOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListAttachedPolicies {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let identity = try input.identity(carrier, call)
      let page = try input.queryPage()
      return ListAttachedPolicies(
        action, name, identity, under: try input.text("PathPrefix", .attachedPathPrefix) ?? "/",
        after: input.position(page.marker), limit: page.limit)
    }
  }

  static func encode(_ answer: Page<PolicyTitle>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.list("AttachedPolicies", answer.items) { xml, policy in
      xml.text("PolicyName", policy.name)
      xml.text("PolicyArn", policy.resource)
    }
    xml.pageEnd(answer.next)
  }
}

struct AttachUserPolicyOperation: AttachPolicyOperation {
  static let action = Action.attachUserPolicy
  static let carrier = Carrier.user
}

struct AttachGroupPolicyOperation: AttachPolicyOperation {
  static let action = Action.attachGroupPolicy
  static let carrier = Carrier.group
}

struct AttachRolePolicyOperation: AttachPolicyOperation {
  static let action = Action.attachRolePolicy
  static let carrier = Carrier.role
}

struct DetachUserPolicyOperation: DetachPolicyOperation {
  static let action = Action.detachUserPolicy
  static let carrier = Carrier.user
}

struct DetachGroupPolicyOperation: DetachPolicyOperation {
  static let action = Action.detachGroupPolicy
  static let carrier = Carrier.group
}

struct DetachRolePolicyOperation: DetachPolicyOperation {
  static let action = Action.detachRolePolicy
  static let carrier = Carrier.role
}

struct ListAttachedUserPoliciesOperation: ListAttachedPoliciesOperation {
  static let action = Action.listAttachedUserPolicies
  static let carrier = Carrier.user
}

struct ListAttachedGroupPoliciesOperation: ListAttachedPoliciesOperation {
  static let action = Action.listAttachedGroupPolicies
  static let carrier = Carrier.group
}

struct ListAttachedRolePoliciesOperation: ListAttachedPoliciesOperation {
  static let action = Action.listAttachedRolePolicies
  static let carrier = Carrier.role
}
