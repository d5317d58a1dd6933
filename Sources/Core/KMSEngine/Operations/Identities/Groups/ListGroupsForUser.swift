package import KMSDomain

/// The groups that a user is in, by their names.
package struct ListGroupsForUser: IdentityQuery {
  package typealias Prepared = FoundIdentity
  package typealias Answer = Page<IdentityRecord>

  package let identity: IdentityName
  private let marker: String?
  private let limit: Int

  /// - Parameter marker: the folded name after which to go on.
  package init(_ identity: IdentityName, after marker: String?, limit: Int) {
    self.identity = identity
    self.marker = marker
    self.limit = limit
  }

  package let operation = "ListGroupsForUser"
  package let action = Action.listGroupsForUser

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    guard case .user(let user) = record.body else { return }
    for group in user.groups { found.other.related.append(try await desk.identity(group)) }
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> Page<IdentityRecord> {
    Page(of: other.related, after: marker, limit: limit) { $0.reference.folded }
  }
}
