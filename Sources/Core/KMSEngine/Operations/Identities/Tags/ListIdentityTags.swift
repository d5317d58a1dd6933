package import KMSDomain

/// The tags of an identity in the order in which they came. The next part begins after as many as the marker says: tags are
/// few, and their names may be longer than a marker.
package struct ListIdentityTags: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Page<Tag>

  package let action: Action
  package let operation: String
  package let identity: IdentityName
  private let position: Int
  private let limit: Int

  /// - Parameter position: how many of them were listed already.
  package init(
    _ action: Action, _ operation: String, _ identity: IdentityName, after position: Int, limit: Int
  ) {
    self.action = action
    self.operation = operation
    self.identity = identity
    self.position = position
    self.limit = limit
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> Page<Tag> { Page(of: record.tags, after: position, limit: limit) }
}
