package import KMSDomain

/// Takes tags from an identity; names of tags that it doesn't have change nothing.
package struct UntagIdentity: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  package let names: [String]

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, names: [String]) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.names = names
  }

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.removedTagNames = names
    return facts
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    record.tags.removeAll { tag in names.contains { identity.kind.isSameTag($0, tag.key) } }
  }
}
