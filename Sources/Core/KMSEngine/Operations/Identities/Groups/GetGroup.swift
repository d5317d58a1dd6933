package import KMSDomain

/// A group and its members, in the order of their ids.
package struct GetGroup: IdentityQuery {
  package typealias Prepared = FoundIdentity

  package struct Answer: Sendable {
    package let group: IdentityRecord
    package let members: Page<IdentityRecord>
  }

  package let identity: IdentityName
  private let marker: IdentityID?
  private let limit: Int

  /// - Parameter marker: the id of a member after which to go on.
  package init(_ identity: IdentityName, after marker: IdentityID?, limit: Int) {
    self.identity = identity
    self.marker = marker
    self.limit = limit
  }

  package let operation = "GetGroup"
  package let action = Action.getGroup

  package func gather(
    _ found: inout FoundIdentity, _ record: IdentityRecord, _ desk: Desk
  ) async throws(KMSError) {
    let members = try await desk.store.identities(referringTo: record.id, after: marker, limit: limit + 1)
    for member in members { found.other.related.append(try desk.unseal(member, .principal)) }
  }

  package func answer(
    _ record: IdentityRecord, _ other: FoundIdentity.Other, _ desk: Desk
  ) -> Answer {
    Answer(group: record, members: Page(reading: other.related, limit: limit) { $0.id.text })
  }
}
