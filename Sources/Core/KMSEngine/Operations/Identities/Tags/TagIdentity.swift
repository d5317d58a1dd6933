package import KMSDomain

/// Gives an identity tags, or other values to those that it has.
package struct TagIdentity: IdentityChange {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Void

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  package let tags: [Tag]

  package init(_ action: Action, _ operation: String, _ identity: IdentityName, tags: [Tag]) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.tags = tags
  }

  package var facts: RequestFacts {
    var facts = RequestFacts()
    facts.requestTags = tags
    return facts
  }

  package func change(
    _ record: inout IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) throws(KMSError) {
    for tag in tags {
      if let place = record.tags.firstIndex(where: { identity.kind.isSameTag($0.key, tag.key) }) {
        record.tags[place] = tag
      } else {
        record.tags.append(tag)
      }
    }
    guard record.tags.count <= IdentityRecord.mostTags else {
      throw .identity(.tooMany(.tags, IdentityRecord.mostTags))
    }
  }
}
