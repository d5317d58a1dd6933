import KMSDomain
import KMSEngine
import WireJSON

struct TagRoleOperation: TagIdentityOperation {
  static let action = Action.tagRole
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.identity(.role, call)
  }
}

struct UntagRoleOperation: UntagIdentityOperation {
  static let action = Action.untagRole
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.identity(.role, call)
  }
}

struct ListRoleTagsOperation: ListIdentityTagsOperation {
  static let action = Action.listRoleTags
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.identity(.role, call)
  }
}

struct TagPolicyOperation: TagIdentityOperation {
  static let action = Action.tagPolicy
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.ownPolicy(call)
  }
}

struct UntagPolicyOperation: UntagIdentityOperation {
  static let action = Action.untagPolicy
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.ownPolicy(call)
  }
}

/// Those that every account has can be asked too.
struct ListPolicyTagsOperation: IdentityOperation {
  static let action = Action.listPolicyTags

  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListPolicyTags {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let policy = try input.managedPolicy()
      let page = try input.queryPage()
      return ListPolicyTags(policy, for: call.account, after: input.position(page.marker), limit: page.limit)
    }
  }

  static func encode(_ answer: Page<Tag>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.tags(answer.items)
    xml.pageEnd(answer.next)
  }
}

struct TagOpenIDConnectProviderOperation: TagIdentityOperation {
  static let action = Action.tagOpenIDConnectProvider
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.provider(call)
  }
}

struct UntagOpenIDConnectProviderOperation: UntagIdentityOperation {
  static let action = Action.untagOpenIDConnectProvider
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.provider(call)
  }
}

struct ListOpenIDConnectProviderTagsOperation: ListIdentityTagsOperation {
  static let action = Action.listOpenIDConnectProviderTags
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.provider(call)
  }
}
