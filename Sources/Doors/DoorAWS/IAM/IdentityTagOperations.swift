import KMSDomain
import KMSEngine
import WireJSON

// Tags of identities. Each kind says how requests name one; the rest is the same for all.

protocol TagIdentityOperation: IdentityOperation, SilentQueryOperation where Work == TagIdentity {
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName
}

extension TagIdentityOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> TagIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let identity = try identity(&input, call)
      if !input.has("Tags") { input.missing("tags") }
      return TagIdentity(action, name, identity, tags: try input.identityTags(of: identity.kind))
    }
  }
}

protocol UntagIdentityOperation: IdentityOperation, SilentQueryOperation where Work == UntagIdentity {
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName
}

extension UntagIdentityOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> UntagIdentity {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let identity = try identity(&input, call)
      if !input.has("TagKeys") { input.missing("tagKeys") }
      let names = try input.texts("TagKeys", 0...IdentityRecord.mostTags, .identityTagKey) ?? []
      return UntagIdentity(action, name, identity, names: names)
    }
  }
}

protocol ListIdentityTagsOperation: IdentityOperation where Work == ListIdentityTags {
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName
}

extension ListIdentityTagsOperation {
  static func decode(_ input: JSONValue, _ call: AWSCall) throws(AWSError) -> ListIdentityTags {
    try Input.readForm(input) { (input: inout Input) throws(AWSError) in
      let identity = try identity(&input, call)
      let page = try input.queryPage()
      return ListIdentityTags(
        action, name, identity, after: input.position(page.marker), limit: page.limit)
    }
  }

  static func encode(_ answer: Page<Tag>, _ call: AWSCall, into xml: inout XMLWriter) {
    xml.tags(answer.items)
    xml.pageEnd(answer.next)
  }
}

extension Input {
  /// A marker that counts what was listed already.
  mutating func position(_ marker: String?) -> Int {
    guard let marker else { return 0 }
    guard let position = Int(marker), position > 0 else {
      refuse(.invalidQueryMarker)
      return 0
    }
    return position
  }
}

extension AWSError {
  static let invalidQueryMarker = AWSError.validation("Invalid Marker.")
}

struct TagUserOperation: TagIdentityOperation {
  static let action = Action.tagUser
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.identity(.user, call)
  }
}

struct UntagUserOperation: UntagIdentityOperation {
  static let action = Action.untagUser
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.identity(.user, call)
  }
}

struct ListUserTagsOperation: ListIdentityTagsOperation {
  static let action = Action.listUserTags
  static func identity(_ input: inout Input, _ call: AWSCall) throws(AWSError) -> IdentityName {
    try input.identity(.user, call)
  }
}
